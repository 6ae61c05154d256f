import { InputError } from "../../core/artifacts/parse.ts";
import { lazily } from "../../core/lazily.ts";
import type { SecretStore } from "../../core/secrets/secret-store.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Where people reach the console, and the key their links are signed with: as it was when it was first asked for. A new
 * key voids the links that older ones signed.
 * @throws InputError; the key, SecretError
 */
export function linksFrom(
  variables: Variables,
  secrets: SecretStore,
): { readonly origin: string; readonly key: () => Promise<string> } {
  const origin = variables["AGENT_MESH_ORIGIN"];
  const name = variables["AGENT_MESH_SIGNING_KEY_SECRET"];
  if (!origin || !name) {
    throw new InputError(
      "InvalidInput",
      "AGENT_MESH_ORIGIN or AGENT_MESH_SIGNING_KEY_SECRET is not set; deploy the function again, which sets them",
    );
  }
  return { origin, key: lazily(async () => (await secrets.read(name)).reveal()) };
}
