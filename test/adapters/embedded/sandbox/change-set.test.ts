import { expect, test } from "vitest";
import type { ChangeDetail, ResourceChange } from "../../../../core/cloud/change-set.ts";
import type { Json } from "../../../../core/template/template.ts";
import { queue, type Submission, table, topic, workbench } from "./workbench.ts";

/** The changes between two templates, as short lines like those of the service's own answers. */
async function changes(
  before: Json,
  after: Json,
  first: Submission = {},
  second: Submission = first,
): Promise<readonly string[]> {
  const { apply, plan } = workbench();
  await apply(before, first);
  return (await plan(after, second)).changes.flatMap(lines);
}

function lines(change: ResourceChange): readonly string[] {
  const { action, logicalId, replacement, policyAction, details } = change;
  const head = [action, logicalId, replacement, policyAction].filter((part) => part !== undefined).join(" ");
  return [head, ...details.map((detail) => `  ${short(detail)}`)];
}

function short(detail: ChangeDetail): string {
  const { attribute, name, requiresRecreation, evaluation, changeSource, causingEntity } = detail;
  const target = [attribute, name].filter((part) => part !== undefined).join(".");
  return [target, requiresRecreation, changeSource, evaluation, causingEntity].filter(Boolean).join(" ");
}

const named = (name: Json, display: Json = "x") => topic({ TopicName: name, DisplayName: display });

test("a property changed in place", async () => {
  expect(await changes({ A: named("a", "one") }, { A: named("a", "two") })).toEqual([
    "Modify A False",
    "  Properties.DisplayName Never DirectModification Static",
  ]);
});

test("a property that forces a replacement, and who refers to the replaced resource", async () => {
  const rest = { B: named("b", { "Fn::GetAtt": ["A", "TopicName"] }), C: named("c", { Ref: "A" }) };
  expect(await changes({ A: named("a"), ...rest }, { A: named("a2"), ...rest })).toEqual([
    "Modify A True ReplaceAndDelete",
    "  Properties.TopicName Always DirectModification Static",
    "Modify B False",
    "  Properties.DisplayName Never ResourceAttribute Static A.TopicName",
    "Modify C False",
    "  Properties.DisplayName Never ResourceReference Static A",
  ]);
});

test("an attribute of a resource changed in place might change, and so on along the chain", async () => {
  const rest = {
    B: named("b", { "Fn::GetAtt": ["A", "DisplayName"] }),
    C: named("c", { "Fn::Join": ["", ["after ", { "Fn::GetAtt": ["B", "DisplayName"] }]] }),
    D: named("d", { Ref: "A" }),
  };
  expect(await changes({ A: named("a", "one"), ...rest }, { A: named("a", "two"), ...rest })).toEqual([
    "Modify A False",
    "  Properties.DisplayName Never DirectModification Static",
    "Modify B False",
    "  Properties.DisplayName Never ResourceAttribute Dynamic A.DisplayName",
    "Modify C False",
    "  Properties.DisplayName Never ResourceAttribute Dynamic B.DisplayName",
  ]);
});

test("a reference that might change makes a replacement conditional", async () => {
  const rest = { B: named({ "Fn::GetAtt": ["A", "DisplayName"] }) };
  expect(await changes({ A: named("a", "one"), ...rest }, { A: named("a", "two"), ...rest })).toEqual([
    "Modify A False",
    "  Properties.DisplayName Never DirectModification Static",
    "Modify B Conditional ReplaceAndDelete",
    "  Properties.TopicName Always ResourceAttribute Dynamic A.DisplayName",
  ]);
});

test("a change that might not happen does not happen when the attribute stays the same", async () => {
  const { apply } = workbench();
  const reader = { Reader: topic({ DisplayName: { "Fn::GetAtt": ["Work", "Arn"] } }) };
  await apply({ Work: queue({ VisibilityTimeout: 1 }), ...reader });
  const events = await apply({ Work: queue({ VisibilityTimeout: 2 }), ...reader });
  expect(events.filter((event) => event.startsWith("Reader"))).toEqual([]);
});

test("a parameter's new value", async () => {
  const template = (display: Json): Json => ({
    Parameters: { Name: { Type: "String", Default: "one" }, Other: { Type: "String", Default: "o" } },
    Resources: { A: named({ Ref: "Name" }, display) },
  });
  expect(await changes(template("x"), template("x"), {}, { parameters: { Name: "two" } })).toEqual([
    "Modify A True ReplaceAndDelete",
    "  Properties.TopicName Always ParameterReference Static Name",
    "  Properties.TopicName Always DirectModification Dynamic",
  ]);
  expect(await changes(template("x"), template({ Ref: "Other" }))).toEqual([
    "Modify A False",
    "  Properties.DisplayName Never DirectModification Static",
  ]);
});

test("a condition adds and removes resources", async () => {
  const template: Json = {
    Parameters: { Stage: { Type: "String" } },
    Conditions: { IsProd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] } },
    Resources: { A: topic(), B: { ...(topic() as object), Condition: "IsProd" } },
  };
  const [dev, prod] = [{ parameters: { Stage: "dev" } }, { parameters: { Stage: "prod" } }];
  expect(await changes(template, template, dev, prod)).toEqual(["Add B"]);
  expect(await changes(template, template, prod, dev)).toEqual(["Remove B Delete"]);
});

test("policies say what becomes of the physical resource", async () => {
  const kept = (name: string) => ({ ...(named(name) as object), DeletionPolicy: "Retain" });
  expect(await changes({ A: kept("a"), B: topic() }, { B: topic() })).toEqual(["Remove A Retain"]);
  const retained = (name: string) => ({ ...(named(name) as object), UpdateReplacePolicy: "Retain" });
  expect(await changes({ A: retained("a") }, { A: retained("b") })).toEqual([
    "Modify A True ReplaceAndRetain",
    "  Properties.TopicName Always DirectModification Static",
  ]);
});

test("tags, metadata and policies are attributes of their own", async () => {
  const before = { ...(topic({ Tags: [{ Key: "a", Value: "1" }] }) as object), Metadata: { a: 1 } };
  const after = {
    ...(topic({ Tags: [{ Key: "a", Value: "2" }] }) as object),
    Metadata: { a: 2 },
    DeletionPolicy: "Retain",
  };
  expect(await changes({ A: before }, { A: after })).toEqual([
    "Modify A False",
    "  Tags Never DirectModification Static",
    "  Metadata Never DirectModification Static",
    "  DeletionPolicy Never DirectModification Static",
  ]);
});

test("the stack's tags reach every resource that can carry tags", async () => {
  const template = { A: topic(), P: { Type: "AWS::SNS::TopicPolicy", Properties: { Topics: ["t"] } } };
  expect(await changes(template, template, { tags: { Team: "a" } }, { tags: { Team: "b" } })).toEqual([
    "Modify A False",
    "  Tags Never DirectModification Static",
  ]);
});

test("numbers as text, the order of DependsOn and unused parameters are no changes", async () => {
  const { apply, plan } = workbench();
  const template = (timeout: Json, after: Json): Json => ({
    Resources: {
      A: topic(),
      B: topic(),
      W: { ...(queue({ VisibilityTimeout: timeout }) as object), DependsOn: after },
    },
  });
  await apply(template(30, ["A", "B"]));
  expect(await plan(template("30", ["B"]))).toMatchObject({
    status: "FAILED",
    statusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
    executionStatus: "UNAVAILABLE",
    changes: [],
  });
});

test("outputs alone may change", async () => {
  const { apply, plan, execute, stack } = workbench();
  const template = (outputs: Json): Json => ({ Resources: { A: named("a") }, Outputs: outputs });
  await apply(template({}));
  const changeSet = await plan(template({ Name: { Value: { "Fn::GetAtt": ["A", "TopicName"] } } }));
  expect(changeSet).toMatchObject({ status: "CREATE_COMPLETE", changes: [] });
  await execute(changeSet);
  expect((await stack()).outputs).toEqual({ Name: "a" });
});

test("the first change set of a name brings a stack under review, and takes it away again", async () => {
  const { plan, cloud, stack, events } = workbench();
  const first = await plan({ A: topic() });
  expect(first).toMatchObject({ type: "CREATE", changes: [{ action: "Add", logicalId: "A", details: [] }] });
  expect((await stack()).status).toBe("REVIEW_IN_PROGRESS");
  const second = await plan({ A: topic(), B: topic() });
  await cloud.planner().deleteChangeSet(first.arn);
  expect(await cloud.reader().describeChangeSet(first.arn)).toBeUndefined();
  expect(await events()).toHaveLength(1);
  await cloud.planner().deleteChangeSet(second.arn);
  expect(await cloud.reader().describeStack("shop")).toBeUndefined();
  await expect(cloud.planner().deleteChangeSet(second.arn)).resolves.toBeUndefined();
});

test("executing one change set makes the others of its stack obsolete", async () => {
  const { apply, plan, execute, cloud } = workbench();
  await apply({ A: topic() });
  const first = await plan({ A: topic({ DisplayName: "first" }) });
  const second = await plan({ A: topic({ DisplayName: "second" }) });
  await execute(first);
  const described = await cloud.reader().describeChangeSet(first.arn);
  expect(described).toMatchObject({ status: "CREATE_COMPLETE", executionStatus: "EXECUTE_COMPLETE" });
  await expect(execute(second)).rejects.toMatchObject({
    name: "ChangeSetObsolete",
    message: expect.stringContaining("[OBSOLETE]"),
  });
});

test("a change set whose update was rolled back has failed", async () => {
  const { apply, plan, execute, cloud, controls } = workbench();
  await apply({ A: topic() });
  controls.failNext({ environment: "dev", resource: "A" });
  const changeSet = await plan({ A: topic({ DisplayName: "x" }) });
  await execute(changeSet);
  expect(await cloud.reader().describeChangeSet(changeSet.arn)).toMatchObject({
    executionStatus: "EXECUTE_FAILED",
  });
});

test("a stack that is moving takes no change set", async () => {
  const { plan, execute } = workbench({ pace: "demo" });
  await execute(await plan({ A: topic() }));
  await expect(plan({ A: topic(), B: topic() })).rejects.toMatchObject({
    name: "StackBusy",
    message: expect.stringContaining("CREATE_IN_PROGRESS"),
  });
});

test("a type cannot be changed under a logical id", async () => {
  const { apply, plan } = workbench();
  await apply({ A: topic() });
  await expect(plan({ A: table() })).rejects.toMatchObject({
    name: "TemplateInvalid",
    message: expect.stringContaining("Update of resource type is not permitted"),
  });
});

test("the value of a NoEcho parameter is never shown, and used all the same", async () => {
  const { apply, plan, execute, stack, cloud } = workbench();
  const template: Json = {
    Parameters: { Secret: { Type: "String", NoEcho: true } },
    Resources: { A: named("a", { Ref: "Secret" }), B: named("b", { "Fn::GetAtt": ["A", "DisplayName"] }) },
    Outputs: { Length: { Value: { "Fn::GetAtt": ["B", "DisplayName"] } } },
  };
  await apply(template, { parameters: { Secret: "one" } });
  const changeSet = await plan(template, { parameters: { Secret: "two" } });
  expect(changeSet.parameters).toEqual({ Secret: "****" });
  await execute(changeSet);
  expect((await stack()).parameters).toEqual({ Secret: "****" });
  expect((await stack()).outputs).toEqual({ Length: "two" });
  expect(await cloud.reader().describeChangeSet(changeSet.arn)).toMatchObject({ status: "CREATE_COMPLETE" });
});
