import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";
import { traceCharges } from "./xray.ts";

export interface StateMachineFacts {
  readonly express: Fact<boolean>;
  readonly traced: Fact<boolean>;
}

/** https://aws.amazon.com/step-functions/pricing: Standard by transition, Express by request and by memory and time. */
export function stateMachineCharges(
  facts: StateMachineFacts,
  use: Use<"AWS::StepFunctions::StateMachine">,
): readonly Charge[] {
  const executions = use("executionsPerMonth");
  return [
    ...executionCharges(facts, executions, use),
    ...whenKnown("traces", { traced: facts.traced }, ({ traced }) =>
      traced ? traceCharges(executions) : [],
    ),
  ];
}

function executionCharges(
  facts: StateMachineFacts,
  executions: number,
  use: Use<"AWS::StepFunctions::StateMachine">,
): readonly Charge[] {
  return whenKnown("executions", { express: facts.express }, ({ express }) => {
    if (!express) {
      return [charge("state transitions", "states.transition", executions * use("transitionsPerExecution"))];
    }
    const gbSeconds = executions * use("expressSeconds") * (use("expressMemoryMb") / 1024);
    return [
      charge("requests", "states.express-request", executions),
      charge("duration", "states.express-duration", gbSeconds),
    ];
  });
}

export const stateMachine = service({
  type: "AWS::StepFunctions::StateMachine",
  read: (properties) => ({
    express: mapFact(properties.text("StateMachineType", "STANDARD"), (type) => type === "EXPRESS"),
    traced: properties.flag("TracingConfiguration.Enabled", false),
  }),
  charges: stateMachineCharges,
});
