import { type App, type Stack, Tags } from "aws-cdk-lib/core";
import { namesOf, type StackName } from "../../config/environments/names.ts";
import { type EnvironmentConfig, has } from "../../config/environments/schema.ts";
import { BUDGET_REGION, BudgetStack } from "./budget.ts";
import { LargeStack } from "./large.ts";
import { MediumStack } from "./medium/medium.ts";
import { PipelinesStack } from "./pipelines/pipelines.ts";
import { SmallStack } from "./small.ts";

/**
 * Adds the stacks of one environment to the app. They find each other by name and in the order they are deployed, so
 * that no export ties one to another.
 */
export function addEnvironment(app: App, config: EnvironmentConfig): void {
  const names = namesOf(config);
  const props = (name: StackName, description: string, region = config.region) => ({
    stackName: names.stack(name),
    env: { account: config.account, region },
    terminationProtection: config.retain,
    description,
    config,
  });
  const add = (stack: Stack) => {
    Tags.of(stack).add("Environment", config.environment);
    Tags.of(stack).add("Project", "conductor");
    Tags.of(stack).add("Name", stack.stackName);
    return stack;
  };
  const budget = add(
    new BudgetStack(
      app,
      names.stack("budget"),
      props("budget", "Conductor: what the account may cost in a month", BUDGET_REGION),
    ),
  );
  const small = add(
    new SmallStack(
      app,
      names.stack("small"),
      props("small", "Conductor: table, artifacts, record, events, tasks and secrets of a workspace"),
    ),
  );
  small.addStackDependency(budget);
  const medium = has(config, "medium")
    ? add(
        new MediumStack(
          app,
          names.stack("medium"),
          props("medium", "Conductor: workers, encrypted logs, dashboard and alarms about the agents"),
        ),
      )
    : undefined;
  medium?.addStackDependency(small);
  const large = has(config, "large")
    ? add(
        new LargeStack(
          app,
          names.stack("large"),
          props("large", "Conductor: memory by meaning, audit trail and a timeline to ask about"),
        ),
      )
    : undefined;
  if (medium) large?.addStackDependency(medium);
  const pipelines = add(
    new PipelinesStack(
      app,
      names.stack("pipelines"),
      props("pipelines", "Conductor: the functions and state machines that carry changes out"),
    ),
  );
  pipelines.addStackDependency(large ?? medium ?? small);
}
