import { describe, expect, test } from "vitest";
import { awsCloud } from "../../adapters/aws/cloud.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import { TARGETS } from "../adapters/embedded/sandbox/workbench.ts";
import { TestClock } from "../support/clock.ts";
import { testHome } from "../support/workspace.ts";

const READING = [
  "callerIdentity",
  "changeSetTemplate",
  "describeChangeSet",
  "describeStack",
  "resourceDrift",
  "snapshots",
  "stackEvents",
  "stackResources",
  "stackTemplate",
];
const PLANNING = [...READING, "createChangeSet", "deleteChangeSet"].sort();
const APPLYING = [
  ...READING,
  "cancelUpdate",
  "continueRollback",
  "deleteStack",
  "executeChangeSet",
  "setStackPolicy",
].sort();

interface Adapter {
  readonly name: string;
  readonly cloud: () => Cloud;
}

const ADAPTERS: readonly Adapter[] = [
  { name: "the simulated account", cloud: () => testHome().world.cloud("dev") },
  {
    name: "CloudFormation",
    cloud: () => {
      const target = TARGETS.dev;
      const role = (name: string) => `arn:aws:iam::${target.account}:role/${name}`;
      const roles = { apply: role("apply"), service: role("cfn") };
      return awsCloud({ target, place: { region: target.region }, clock: new TestClock(), roles });
    },
  },
];

/** Everything that can be called on an object, its prototypes included. */
function methodsOf(port: object): string[] {
  const found = new Set<string>();
  for (
    let at: object | null = port;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const member = (port as Record<string, unknown>)[name];
      if (typeof member === "function" && name !== "constructor") found.add(name);
    }
  }
  return [...found].sort();
}

describe.each(ADAPTERS)("what each lane is handed of $name", ({ cloud }) => {
  test("can only look, in read_only", () => {
    expect(methodsOf(cloud().reader())).toEqual(READING);
  });

  test("makes and takes away change sets, in dry_run, and executes none", () => {
    expect(methodsOf(cloud().planner())).toEqual(PLANNING);
  });

  test("executes, in execute, and makes no change set of its own", () => {
    const session = { executionId: "exec_1", stack: "shop", tags: {} };
    expect(methodsOf(cloud().applier(session))).toEqual(APPLYING);
  });

  test("leads from no port to another", () => {
    const opened = cloud();
    for (const port of [opened.reader(), opened.planner()]) {
      for (const member of Object.values(port)) expect(typeof member).toBe("function");
    }
  });
});
