import { InputError } from "../../core/artifacts/parse.ts";
import type { SecretStore } from "../../core/secrets/secret-store.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Where people reach the console, and the key their links are signed with: as it is now, for as long as the container
 * lives. A new key voids the links that older ones signed.
 * @throws InputError, SecretError
 */
export async function signingFrom(
  variables: Variables,
  secrets: SecretStore,
): Promise<{ readonly origin: string; readonly linkKey: string }> {
  const origin = variables["AGENT_MESH_ORIGIN"];
  const name = variables["AGENT_MESH_SIGNING_KEY_SECRET"];
  if (!origin || !name) {
    throw new InputError(
      "InvalidInput",
      "AGENT_MESH_ORIGIN or AGENT_MESH_SIGNING_KEY_SECRET is not set; deploy the function again, which sets them",
    );
  }
  return { origin, linkKey: (await secrets.read(name)).reveal() };
}
