import type { PlanSpec } from "../artifacts/plan-spec.ts";

/** What a change is compared by with others: what was wanted, and what it is made of. */
export function likenessOf(
  { stack, components }: Pick<PlanSpec, "stack" | "components">,
  goal: string,
): string {
  return [goal, stack, ...components.map(({ block, name }) => `${block.replaceAll("_", " ")} ${name}`)].join(
    "\n",
  );
}
