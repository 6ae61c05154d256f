import type { SandboxControls } from "../../adapters/embedded/sandbox/controls.ts";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import type { ChangeSetDescription } from "../../core/cloud/change-set.ts";
import type { ChangeSetRequest, Cloud, CloudApplier, CloudTarget } from "../../core/cloud/cloud.ts";
import type { Stack } from "../../core/cloud/stack.ts";
import type { Json } from "../../core/template/template.ts";
import { lineWithReason, type SteeredClock } from "../adapters/embedded/sandbox/workbench.ts";

/** An account behind one adapter, and the hands that may reach behind it. */
export interface CloudBench {
  readonly target: CloudTarget;
  readonly cloud: Cloud;
  readonly controls: SandboxControls;
  readonly clock: SteeredClock;
}

export type OpenBench = (pace?: Pace) => Promise<CloudBench>;

type Submission = Partial<Omit<ChangeSetRequest, "template">>;

/** What the cases do again and again with the account, through the port alone. */
export class StackWork {
  readonly bench: CloudBench;
  #made = 0;

  constructor(bench: CloudBench) {
    this.bench = bench;
  }

  static async open(openBench: OpenBench, pace: Pace = "none"): Promise<StackWork> {
    return new StackWork(await openBench(pace));
  }

  get reader() {
    return this.bench.cloud.reader();
  }

  request(resources: Json, submission: Submission = {}): ChangeSetRequest {
    this.#made += 1;
    const name = `change-${this.#made}`;
    const template = JSON.stringify(
      "Resources" in (resources as object) ? resources : { Resources: resources },
    );
    return {
      stack: "shop",
      name,
      template,
      parameters: {},
      tags: {},
      clientToken: `run/1/${name}`,
      ...submission,
    };
  }

  async plan(resources: Json, submission: Submission = {}): Promise<ChangeSetDescription> {
    return await this.bench.cloud.planner().createChangeSet(this.request(resources, submission));
  }

  /** The execute lane for what was planned. */
  applier({
    stackId,
    name,
  }: Pick<ChangeSetDescription, "stackId"> & { readonly name?: string }): CloudApplier {
    const session = {
      executionId: "exec_1",
      stack: stackId,
      tags: { gates: "gate_1", deciders: "grace joan" },
    };
    return this.bench.cloud.applier(name === undefined ? session : { ...session, changeSetName: name });
  }

  async execute(changeSet: ChangeSetDescription): Promise<void> {
    await this.applier(changeSet).executeChangeSet(changeSet.arn, `execute/${changeSet.name}`);
  }

  /** Plans and executes; gives what happened since, as `LogicalId STATUS: reason`. */
  async apply(resources: Json, submission: Submission = {}): Promise<readonly string[]> {
    const changeSet = await this.plan(resources, submission);
    const [last] = await this.reader.stackEvents(changeSet.stackId, { newest: 1 });
    await this.execute(changeSet);
    return await this.since(changeSet.stackId, last?.eventId ?? "");
  }

  async since(stackId: string, after: string): Promise<readonly string[]> {
    return (await this.reader.stackEvents(stackId, { after })).map(lineWithReason);
  }

  async stack(name = "shop"): Promise<Stack> {
    const found = await this.reader.describeStack(name);
    if (found === undefined) throw new Error(`no stack ${name}`);
    return found;
  }

  /** A stack whose rollback failed at the resource Work. */
  static async stuck(openBench: OpenBench): Promise<StackWork> {
    const work = await StackWork.open(openBench);
    const resources = (seconds: number): Json => ({
      Dead: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: seconds } },
      Work: {
        Type: "AWS::SQS::Queue",
        DependsOn: "Dead",
        Properties: { VisibilityTimeout: seconds },
      },
    });
    await work.apply(resources(1));
    work.bench.controls.failNext({
      environment: "dev",
      resource: "Work",
      reason: "Jammed",
      rollbackToo: true,
    });
    await work.apply(resources(2));
    return work;
  }
}
