import type { GoalStatement, Requirement } from "../../core/artifacts/goal-statement.ts";
import type { PlannedComponent } from "../../core/artifacts/plan-spec.ts";
import type { Circumstances } from "../../core/catalog/block.ts";
import { type BlockName, blockNamed, CATALOG } from "../../core/catalog/catalog.ts";
import { defaultName, understand } from "../../core/plan/understand.ts";

/** Which blocks, how large, and who reaches whom. */
export interface Design {
  readonly circumstances: Circumstances;
  readonly components: readonly PlannedComponent[];
  /** Blocks the text ruled out. */
  readonly ruledOut: readonly string[];
}

/**
 * Designs by rules. The first attempt sizes by the environment; the next one takes the cheapest parameters that
 * still keep the circumstances. What the goal says of a parameter always stands.
 */
export function design(goal: GoalStatement, attempt: number): Design {
  const { availability, compliance } = goal.constraints;
  const circumstances = { environment: goal.environment, availability, compliance };
  const wanted = requirementsOf(goal);
  const components = wanted.map((requirement) => ({
    name: requirement.name,
    block: requirement.block,
    parameters: parametersOf(requirement, circumstances, attempt),
    uses: requirement.block === "http_api" ? othersThan(requirement, wanted) : [],
    why: requirement.why,
  }));
  const ruledOut = goal.requires
    ? []
    : understand(goal.goal).unwanted.map(({ block }) => CATALOG[block].title);
  return { circumstances, components, ruledOut };
}

interface Wanted extends Requirement {
  readonly why: string;
}

function requirementsOf(goal: GoalStatement): Wanted[] {
  if (goal.requires)
    return goal.requires.map((requirement) => ({
      ...requirement,
      why: requirement.why ?? "the goal requires it",
    }));
  return understand(goal.goal).wanted.map(({ block, word }) => ({
    block,
    name: defaultName(block),
    parameters: {},
    why: `the goal speaks of "${word}"`,
  }));
}

function parametersOf(
  { block: name, parameters: given }: Requirement,
  circumstances: Circumstances,
  attempt: number,
): Record<string, unknown> {
  const block = blockNamed(name);
  const sized = block.parameters.parse({ ...block.sizing(circumstances), ...given });
  if (attempt === 1) return { ...sized };
  return { ...block.parameters.parse({ ...block.frugal(sized, circumstances), ...given }) };
}

function othersThan({ name }: Requirement, all: readonly Requirement[]): string[] {
  return all.filter((other) => other.name !== name && other.block !== "http_api").map((other) => other.name);
}

/** The title of a block, for prose. */
export function titleOf(block: BlockName): string {
  return CATALOG[block].title;
}
