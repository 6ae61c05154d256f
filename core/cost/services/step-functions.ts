import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface StateMachineFacts {
  readonly express: Fact<boolean>;
}

/** https://aws.amazon.com/step-functions/pricing: Standard by transition, Express by request and by memory and time. */
export function stateMachineCharges(
  facts: StateMachineFacts,
  use: Use<"AWS::StepFunctions::StateMachine">,
): readonly Charge[] {
  return whenKnown("executions", { express: facts.express }, ({ express }) => {
    const executions = use("executionsPerMonth");
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
  }),
  charges: stateMachineCharges,
});
