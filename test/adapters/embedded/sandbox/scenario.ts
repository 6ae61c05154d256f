import fc from "fast-check";
import { CloudError } from "../../../../core/cloud/errors.ts";
import type { Json } from "../../../../core/template/template.ts";
import type { Workbench } from "./workbench.ts";

/** One resource of a random template; its type follows from its logical id, so that it never changes. */
interface Spec {
  readonly included: boolean;
  readonly knob: number;
  readonly name: string | undefined;
  readonly refersTo: readonly { readonly to: number; readonly how: "ref" | "attribute" | "dependsOn" }[];
  readonly policy: "Delete" | "Retain";
}

export type Action =
  | { readonly do: "submit"; readonly template: Json }
  | { readonly do: "fail"; readonly resource: string; readonly rollbackToo: boolean }
  | { readonly do: "drift"; readonly resource: string }
  | { readonly do: "destroy"; readonly resource: string }
  | { readonly do: "cancel" | "delete" | "continue" | "skip" };

export interface Step {
  /** Milliseconds that pass before it. */
  readonly wait: number;
  readonly action: Action;
}

const IDS = ["A", "B", "C", "D", "E"];
const TYPES = [
  "AWS::SQS::Queue",
  "AWS::SNS::Topic",
  "AWS::DynamoDB::Table",
  "AWS::S3::Bucket",
  "Custom::Thing",
];
const NAME = ["QueueName", "TopicName", "TableName", "BucketName", "Label"];

const spec: fc.Arbitrary<Spec> = fc.record({
  included: fc.boolean(),
  knob: fc.integer({ min: 0, max: 2 }),
  name: fc.constantFrom(undefined, undefined, "one", "two", "photos"),
  refersTo: fc.array(
    fc.record({ to: fc.nat({ max: 3 }), how: fc.constantFrom("ref", "attribute", "dependsOn") }),
    { maxLength: 2 },
  ),
  policy: fc.constantFrom("Delete", "Delete", "Delete", "Retain"),
});

export const template: fc.Arbitrary<Json> = fc.tuple(spec, spec, spec, spec, spec).map((specs) => {
  const included = specs.map((one, i) => (one.included || i === 0 ? i : -1)).filter((i) => i >= 0);
  return {
    Resources: Object.fromEntries(included.map((i) => [IDS[i], resource(i, specs[i] as Spec, included)])),
  };
});

function resource(i: number, { knob, name, refersTo, policy }: Spec, included: readonly number[]): Json {
  const others = refersTo.filter(({ to }) => to < i && included.includes(to));
  const mentions = others.flatMap(({ to, how }): Json[] => {
    if (how === "ref") return [{ Ref: IDS[to] as string }];
    return how === "attribute" ? [{ "Fn::GetAtt": [IDS[to] as string, "Arn"] }] : [];
  });
  const after = others.filter(({ how }) => how === "dependsOn").map(({ to }) => IDS[to] as string);
  const text = { "Fn::Join": ["-", [`knob ${knob}`, ...mentions]] };
  return {
    Type: TYPES[i] as string,
    DeletionPolicy: policy,
    DependsOn: [...new Set(after)],
    Properties: {
      ...(i === 1 ? { DisplayName: text } : { Tags: [{ Key: "text", Value: text }] }),
      ...(name === undefined ? {} : { [NAME[i] as string]: name }),
    },
  };
}

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: template.map((one): Action => ({ do: "submit", template: one })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...IDS, "AWS::SNS::Topic"), fc.boolean())
      .map(([resource, rollbackToo]): Action => ({ do: "fail", resource, rollbackToo })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...IDS).map((resource): Action => ({ do: "drift", resource })) },
  { weight: 1, arbitrary: fc.constantFrom(...IDS).map((resource): Action => ({ do: "destroy", resource })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("cancel", "delete", "continue", "skip")
      .map((what): Action => ({ do: what as "cancel" })),
  },
);

export const scenario: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ wait: fc.oneof(fc.nat({ max: 1_800 }), fc.constant(20_000)), action }),
  { minLength: 1, maxLength: 8 },
);

/** Scenarios in which nobody touches a resource behind the stack's back. */
export const undisturbed: fc.Arbitrary<readonly Step[]> = scenario.map((steps) =>
  steps.filter(({ action: { do: what } }) => what !== "drift" && what !== "destroy" && what !== "skip"),
);

/** Does what a step says; an error is part of the outcome. */
export async function perform(bench: Workbench, action: Action): Promise<string> {
  try {
    await attempt(bench, action);
    return `${action.do} done`;
  } catch (error) {
    if (error instanceof CloudError) return `${action.do} ${error.name}: ${error.message}`;
    throw error;
  }
}

async function attempt(bench: Workbench, action: Action): Promise<void> {
  const { controls, clock } = bench;
  const token = `token-${clock.at}`;
  const one = { environment: "dev", stack: "shop" } as const;
  switch (action.do) {
    case "submit":
      return bench.execute(await bench.plan(action.template));
    case "fail":
      return controls.failNext({ ...one, resource: action.resource, rollbackToo: action.rollbackToo });
    case "drift":
      controls.drift({ ...one, resource: action.resource });
      return;
    case "destroy":
      controls.breakResource({ ...one, resource: action.resource, how: "resource-deleted" });
      return;
    case "cancel":
      return bench.applier().cancelUpdate(token);
    case "delete":
      return bench.applier().deleteStack(token);
    case "continue":
      return bench.applier().continueRollback(token, []);
    case "skip":
      return bench.applier().continueRollback(token, await failedRollbacks(bench));
  }
}

async function failedRollbacks({ cloud }: Workbench): Promise<readonly string[]> {
  const resources = await cloud.reader().stackResources("shop");
  return resources.filter((one) => one.status === "UPDATE_FAILED").map((one) => one.logicalId);
}
