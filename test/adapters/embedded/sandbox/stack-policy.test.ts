import { describe, expect, test } from "vitest";
import { denial } from "../../../../adapters/embedded/sandbox/stack-policy.ts";
import type { Json } from "../../../../core/template/template.ts";
import { lineWithReason, queue, topic, workbench } from "./workbench.ts";

const ALLOW_ALL = { Effect: "Allow", Action: "Update:*", Principal: "*", Resource: "*" };
const policy = (...statements: Json[]) => JSON.stringify({ Statement: statements });
const deny = (action: Json, resource: Json, more = {}) => ({
  Effect: "Deny",
  Action: action,
  Principal: "*",
  Resource: resource,
  ...more,
});

const before = { Keep: queue({ QueueName: "keep" }), Other: topic() };

async function denied(document: string, after: Json) {
  const bench = workbench();
  await bench.apply(before);
  await bench.applier().setStackPolicy(document);
  const count = (await bench.events()).length;
  await bench.apply(after);
  return (await bench.events()).slice(count).map(lineWithReason);
}

describe("an update that a policy denies fails before anything is lost", () => {
  test("a replacement", async () => {
    const document = policy(ALLOW_ALL, deny(["Update:Replace", "Update:Delete"], "LogicalResourceId/Keep"));
    expect(await denied(document, { ...before, Keep: queue({ QueueName: "new" }) })).toEqual([
      "shop UPDATE_IN_PROGRESS: User Initiated",
      "Keep UPDATE_FAILED: Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for resource [LogicalResourceId/Keep]",
      "shop UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Keep].",
      "Keep UPDATE_COMPLETE",
      "shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
      "shop UPDATE_ROLLBACK_COMPLETE",
    ]);
  });

  test("a removal", async () => {
    const condition = { Condition: { StringEquals: { ResourceType: ["AWS::SQS::Queue"] } } };
    const document = policy(ALLOW_ALL, deny("Update:Delete", "*", condition));
    const lines = await denied(document, { Other: topic({ DisplayName: "x" }) });
    expect(lines.slice(0, 3)).toEqual([
      "shop UPDATE_IN_PROGRESS: User Initiated",
      "Keep UPDATE_FAILED: Action denied by stack policy: Statement [#2] does not allow [Update:Delete] for resource [LogicalResourceId/Keep]",
      "shop UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Keep].",
    ]);
    expect(lines.join()).not.toContain("DELETE_");
  });

  test("any update of what no statement allows", async () => {
    const document = policy({ ...ALLOW_ALL, Resource: "LogicalResourceId/Other" });
    const lines = await denied(document, { ...before, Keep: queue({ QueueName: "keep", DelaySeconds: 3 }) });
    expect(lines).toContain(
      "Keep UPDATE_FAILED: Action not allowed by stack policy: no statement allows [Update:Modify] for resource [LogicalResourceId/Keep]",
    );
  });
});

test("a policy lets through what it allows, and additions always", async () => {
  const document = policy({ ...ALLOW_ALL, Resource: "LogicalResourceId/Other" });
  const lines = await denied(document, { ...before, Other: topic({ DisplayName: "x" }), New: topic() });
  expect(lines.at(-1)).toBe("shop UPDATE_COMPLETE");
});

test.each<[string, Json[], boolean]>([
  ["a wildcard in the name", [ALLOW_ALL, deny("Update:*", "LogicalResourceId/Data*")], true],
  ["another name", [ALLOW_ALL, deny("Update:*", "LogicalResourceId/Dat")], false],
  ["another action", [ALLOW_ALL, deny("Update:Delete", "*")], false],
  ["a Deny before the Allow", [deny("Update:*", "*"), ALLOW_ALL], true],
  [
    "another type",
    [
      ALLOW_ALL,
      deny("Update:*", "*", { Condition: { StringEquals: { ResourceType: ["AWS::S3::Bucket"] } } }),
    ],
    false,
  ],
  [
    "a type by pattern",
    [ALLOW_ALL, deny("Update:*", "*", { Condition: { StringLike: { ResourceType: ["AWS::RDS::*"] } } })],
    true,
  ],
  [
    "everything but it",
    [{ Effect: "Allow", Action: "Update:*", Principal: "*", NotResource: "LogicalResourceId/Database" }],
    true,
  ],
  [
    "everything but another",
    [{ Effect: "Allow", Action: "Update:*", Principal: "*", NotResource: "LogicalResourceId/Other" }],
    false,
  ],
])("%s", (_what, statements, isDenied) => {
  const resource = { logicalId: "Database", type: "AWS::RDS::DBInstance" };
  expect(denial(policy(...statements), "Update:Modify", resource) !== undefined).toBe(isDenied);
});

test.each([
  ["no JSON", "queue"],
  ["no statements", policy()],
  ["a principal", policy({ ...ALLOW_ALL, Principal: "me" })],
  ["an unknown action", policy({ ...ALLOW_ALL, Action: "Delete:*" })],
  ["a physical resource", policy({ ...ALLOW_ALL, Resource: "arn:aws:sqs:x" })],
])("a policy with %s is refused", async (_what, document) => {
  const { apply, applier } = workbench();
  await apply(before);
  await expect(applier().setStackPolicy(document)).rejects.toMatchObject({
    name: "RequestInvalid",
    message: expect.stringContaining("Invalid stack policy"),
  });
});
