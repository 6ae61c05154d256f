import { modelChain } from "../../adapters/model-chain.ts";
import type { Variables } from "../../adapters/model-settings.ts";
import type { ModelProvider } from "../../core/model/model.ts";

/**
 * The models of the environment variables, in the order they are tried; none means rules only. On one machine a model
 * may also be a script, for tests and for seeing how answers are validated.
 * @throws InputError for a provider this build does not have, or settings that cannot be read
 */
export async function configuredModels(variables: Variables): Promise<ModelProvider[]> {
  return await modelChain(variables, {
    scripted: async ({ model }) => {
      const { scriptedModel } = await import("../../adapters/embedded/scripted-model.ts");
      return scriptedModel(model);
    },
  });
}
