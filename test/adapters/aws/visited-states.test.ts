import { expect, test } from "vitest";
import { AwsError } from "../../../adapters/aws/errors.ts";
import { StepFunctionsOrchestrator } from "../../../adapters/aws/orchestrator.ts";
import { visitedStates } from "../../../adapters/aws/visited-states.ts";
import { Harness } from "../../engine/harness.ts";
import { machineArn, place } from "../../support/step-functions.ts";
import { serveStepFunctions } from "../../support/step-functions-server.ts";

const TWO_STEPS = {
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  States: { Begin: { Type: "Pass", Next: "End" }, End: { Type: "Succeed" } },
};

test("the states that a run has entered, in order, and none of a run that nobody knows", async () => {
  const harness = new Harness({});
  harness.engine.loadStateMachine({ name: "two", definition: TWO_STEPS });
  const at = place(await serveStepFunctions(harness.engine));
  const machines = { two: machineArn("two") };
  await new StepFunctionsOrchestrator(at, machines).start("two", "one", {});
  await harness.engine.settled();
  expect(await visitedStates(at, machines, { machine: "two", name: "one" })).toEqual(["Begin", "End"]);
  expect(await visitedStates(at, machines, { machine: "two", name: "another" })).toEqual([]);
  expect(await visitedStates(at, machines, { machine: "three", name: "one" })).toEqual([]);
});

test("that Step Functions cannot be reached is said, and not taken for a run without states", async () => {
  const nowhere = place("http://127.0.0.1:9", { patience: { attempts: 1 } });
  const asked = visitedStates(nowhere, { two: machineArn("two") }, { machine: "two", name: "one" });
  await expect(asked).rejects.toThrow(AwsError);
});
