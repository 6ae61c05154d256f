import type { Relaxation } from "../artifacts/design-blocked.ts";
import type { GoalStatement } from "../artifacts/goal-statement.ts";

/** The goal with one field changed as a person agreed; a parameter that contradicted a constraint is left out. */
export function relax(goal: GoalStatement, { field, to }: Relaxation): GoalStatement {
  const parameter = /^requires\[(\d+)\]\.parameters\.(\w+)$/.exec(field);
  if (parameter) return withoutParameter(goal, Number(parameter[1]), parameter[2] ?? "");
  const constraint = field.replace(/^constraints\./, "");
  return { ...goal, constraints: { ...goal.constraints, [constraint]: to } };
}

function withoutParameter(goal: GoalStatement, index: number, name: string): GoalStatement {
  const requires = goal.requires?.map((requirement, at) => {
    if (at !== index) return requirement;
    const { [name]: _dropped, ...parameters } = requirement.parameters;
    return { ...requirement, parameters };
  });
  return { ...goal, ...(requires ? { requires } : {}) };
}
