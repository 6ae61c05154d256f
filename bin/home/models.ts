import { InputError } from "../../core/artifacts/parse.ts";
import type { ModelProvider } from "../../core/model/model.ts";

const VARIABLES = ["AGENT_MODEL_PRIMARY", "AGENT_MODEL_SECONDARY", "AGENT_MODEL_WORKFLOW"] as const;

/**
 * The models of the environment variables, in the order they are tried; none means rules only.
 * @throws InputError for a provider this build does not have
 */
export async function configuredModels(environment: NodeJS.ProcessEnv): Promise<ModelProvider[]> {
  const models: ModelProvider[] = [];
  for (const variable of VARIABLES) {
    const value = environment[variable];
    if (value) models.push(await providerOf(variable, value));
  }
  return models;
}

async function providerOf(variable: string, value: string): Promise<ModelProvider> {
  const [provider, ...rest] = value.split(":");
  const name = rest.join(":");
  if (provider === "scripted" && name) {
    const { scriptedModel } = await import("../../adapters/embedded/scripted-model.ts");
    return scriptedModel(name);
  }
  throw new InputError(
    "InvalidInput",
    `${variable} is ${JSON.stringify(value)}; this version knows scripted:<file> only, so leave it unset to work by rules`,
  );
}
