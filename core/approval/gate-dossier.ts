import { type Dossier, dossier as dossierArtifact } from "../artifacts/dossier.ts";
import { artifactJson } from "../artifacts/text.ts";
import { find } from "../execution/executions.ts";
import { type Condition, ConditionError, requireMet } from "../gate/conditions.ts";
import type { Gate } from "../gate/gate.ts";
import type { World } from "../ports.ts";

/** The dossier whose digest a gate holds; undefined at a gate that asks something lesser. */
export async function dossierFor(
  { table, artifacts }: Pick<World, "table" | "artifacts">,
  gate: Gate,
): Promise<Dossier | undefined> {
  const { dossier: ref } = await find(table, gate.executionId);
  if (!ref) return undefined;
  const parsed = dossierArtifact.safeParse(await artifactJson(artifacts, ref.sha256));
  return parsed.success && parsed.data.digest === gate.digest ? parsed.data : undefined;
}

/**
 * An approval may depend on this: it is of a change, and one that is not outside these conditions already. Only the
 * time to come is not asked about.
 * @throws ConditionError
 */
export async function requireApplicable(
  world: Pick<World, "table" | "artifacts" | "clock">,
  gate: Gate,
  conditions: readonly Condition[],
): Promise<void> {
  if (conditions.length === 0) return;
  const dossier = await dossierFor(world, gate);
  if (!dossier) {
    throw new ConditionError(
      "ConditionImpossible",
      `gate ${gate.id} approves no change set, so nothing about it can be made to depend on conditions: decide without them`,
    );
  }
  const { spent } = await find(world.table, gate.executionId);
  const now = conditions.filter(({ kind }) => kind !== "not_before");
  requireMet(now, { dossier, spentMicroUsd: spent.microUsd }, world.clock.now());
}
