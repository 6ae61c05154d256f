import { describe, expect, test } from "vitest";
import type { ChangeSet, ResourceChange } from "../../../core/artifacts/change-set.ts";
import { undoFindings } from "../../../core/rollback/lawful-undo.ts";
import { rollbackPlan } from "../../../core/rollback/rollback-plan.ts";
import type { Template, TemplateResource } from "../../../core/template/template.ts";
import { aChange, aChangeSet } from "../../support/dossiers.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");

const one = (resource: TemplateResource): Template => ({ Resources: { Thing: resource } });
const table = (on: boolean) =>
  one({ Type: "AWS::DynamoDB::Table", Properties: { SSESpecification: { SSEEnabled: on } } });
const database = (policy?: string) =>
  one({
    Type: "AWS::RDS::DBInstance",
    ...(policy ? { DeletionPolicy: policy, UpdateReplacePolicy: policy } : {}),
  });

interface Case {
  readonly environment?: "dev" | "prod";
  readonly type?: ChangeSet["type"];
  readonly template: Template;
  readonly before?: Template;
  readonly change?: Partial<ResourceChange>;
}

function planned({ environment = "prod", type = "UPDATE", template, before, change }: Case) {
  const resource = template.Resources["Thing"]?.Type ?? "";
  const changes = [aChange({ logicalId: "Thing", type: resource, ...change })];
  const proposed = aChangeSet({ environment, type, changes });
  const subject = { environment, stack: "shop", template, before, changes, now: NOW };
  const findings = undoFindings(subject, proposed);
  return { findings, plan: rollbackPlan(proposed, findings) };
}

const EMPTY: Template = { Resources: {} };
const ADD = { action: "add" } as const;

describe("the way back of a change in prod", () => {
  test("does not exist when it would take a protection away again", () => {
    const { findings, plan } = planned({ before: table(false), template: table(true) });
    expect(findings).toMatchObject([{ rule: "undo-refused", severity: "warning", resource: "Thing" }]);
    expect(plan).toMatchObject({ kind: "cannot" });
    expect(plan.description).toContain("a key of its own");
    expect(plan).not.toHaveProperty("previousTemplate");
  });

  test.each<[string, Case]>([
    ["a new stack with a database", { type: "CREATE", template: database(), change: ADD }],
    ["a database added to a stack", { before: EMPTY, template: database("Snapshot"), change: ADD }],
    [
      "a database exchanged for another",
      { before: database(), template: database(), change: { action: "replace" } },
    ],
  ])("of %s takes a verified snapshot, and says so", (_what, proposed) => {
    const { findings, plan } = planned(proposed);
    expect(findings).toMatchObject([{ rule: "undo-needs-snapshot", resource: "Thing" }]);
    expect(plan.kind).toBe(proposed.type === "CREATE" ? "delete-stack" : "inverse-change-set");
    expect(plan.description).toContain("Only with a verified snapshot of Thing.");
    expect(plan.exceptions.at(-1)).toMatchObject({ logicalId: "Thing", type: "AWS::RDS::DBInstance" });
    expect(plan.exceptions.at(-1)?.why).toContain("within the 24 hours before");
  });

  test.each<[string, Case]>([
    ["a new stack whose data is retained", { type: "CREATE", template: database("Retain"), change: ADD }],
    ["data added that is retained", { before: EMPTY, template: database("Retain"), change: ADD }],
    ["a protection that stays", { before: table(true), template: table(true) }],
    [
      "a new stack without data",
      {
        type: "CREATE",
        template: one({ Type: "AWS::SNS::Topic" }),
        change: { ...ADD, holdsState: false },
      },
    ],
  ])("of %s takes nothing more", (_what, proposed) => {
    const { findings, plan } = planned(proposed);
    expect(findings).toEqual([]);
    expect(plan.kind).not.toBe("cannot");
    expect(plan.description).not.toContain("snapshot");
  });
});

test.each<[string, Case]>([
  ["takes a protection away", { before: table(false), template: table(true) }],
  ["deletes data", { type: "CREATE", template: database(), change: ADD }],
])("in dev the way back is open even if it %s", (_what, proposed) => {
  expect(planned({ ...proposed, environment: "dev" }).findings).toEqual([]);
});
