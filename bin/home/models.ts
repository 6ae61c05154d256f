import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { memoryFrom } from "../../adapters/memory-settings.ts";
import { modelChain } from "../../adapters/model-chain.ts";
import type { Variables } from "../../adapters/model-settings.ts";
import type { Memory } from "../../core/memory/memory-means.ts";
import type { ModelProvider } from "../../core/model/model.ts";

/**
 * The models of the environment variables, in the order they are tried; none means rules only. On one machine a model
 * may also be a script, for tests and for seeing how answers are validated.
 * @throws InputError for a provider this build does not have, or settings that cannot be read
 */
export async function configuredModels(variables: Variables): Promise<ModelProvider[]> {
  const scripted = async ({ model }: { readonly model: string }) => {
    const { scriptedModel } = await import("../../adapters/embedded/scripted-model.ts");
    return scriptedModel(model);
  };
  return await modelChain(variables, { more: { scripted } });
}

/**
 * What agents remember with beside the workspace's own table, as the environment variables tell.
 * @throws InputError
 */
export async function configuredMemory(variables: Variables): Promise<Partial<Memory>> {
  return await memoryFrom(variables, { clock: systemClock });
}
