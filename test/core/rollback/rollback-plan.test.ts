import { describe, expect, test } from "vitest";
import { rollbackPlan } from "../../../core/rollback/rollback-plan.ts";
import { rollbackTimes } from "../../../core/rollback/rollback-times.ts";
import { REDACTED } from "../../../core/secrets/redact.ts";
import { aChange, aChangeSet } from "../../support/dossiers.ts";
import { AT, minutesAfter, ref } from "../../support/records.ts";

const { baseline } = aChangeSet();
const withParameters = (parameters: Record<string, string>) =>
  rollbackPlan(aChangeSet({ baseline: { ...baseline, parameters } }));

describe("the way back", () => {
  test("of a new stack is its deletion", () => {
    const plan = rollbackPlan(
      aChangeSet({ type: "CREATE", baseline: { ...baseline, template: null, lastUpdatedAt: null } }),
    );
    expect(plan).toMatchObject({ kind: "delete-stack", beginWithinMinutes: 5, finishWithinMinutes: 15 });
    expect(plan).not.toHaveProperty("previousTemplate");
  });

  test("of an existing stack is its present template, parameters and tags", () => {
    expect(rollbackPlan(aChangeSet())).toMatchObject({
      kind: "inverse-change-set",
      previousTemplate: ref("previous-template.json", "Template"),
      previousParameters: { Stage: "dev" },
      previousTags: { Owner: "shop-team" },
    });
  });

  test("is said not to exist when the present template cannot be read", () => {
    expect(rollbackPlan(aChangeSet({ baseline: { ...baseline, template: null } }))).toMatchObject({
      kind: "cannot",
    });
  });

  test.each([
    ["hidden by CloudFormation", "****"],
    ["kept out of the record", REDACTED],
    ["kept out in part", `postgres://app:${REDACTED}@db`],
  ])("is said not to exist when a parameter's present value is %s", (_what, value) => {
    const plan = withParameters({ Stage: "dev", DbPassword: value });
    expect(plan.kind).toBe("cannot");
    expect(plan.description).toContain("DbPassword");
    expect(plan.description).not.toContain("Stage");
  });

  test("is not refused because a value merely has a star in it", () => {
    expect(withParameters({ Schedule: "cron(0 * * * ? *)", Empty: "", Star: "*" }).kind).toBe(
      "inverse-change-set",
    );
  });
});

describe("what the way back cannot bring back in time, or at all, is named", () => {
  const exceptions = (changes: Parameters<typeof aChange>[0]) =>
    rollbackPlan(aChangeSet({ changes: [aChange(changes)] })).exceptions.map(({ why }) => why);

  test.each([
    ["delete", "its data is deleted with it"],
    ["snapshot", "which somebody must restore"],
    ["retain", "retained outside the stack"],
  ] as const)("data whose fate is to %s", (fate, why) => {
    for (const action of ["remove", "replace"] as const) {
      expect(exceptions({ action, fate })).toEqual([expect.stringContaining(why)]);
    }
  });

  test("data whose fate nobody knows counts as deleted", () => {
    expect(exceptions({ action: "remove" })).toEqual([expect.stringContaining("deleted")]);
  });

  test.each([
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::CloudFront::Distribution",
    "AWS::Route53::RecordSet",
  ])("the slowness of %s, whatever is done to it", (type) => {
    for (const action of ["add", "modify"] as const) expect(exceptions({ action, type })).toHaveLength(1);
  });

  test("a database that is replaced is named for both", () => {
    expect(exceptions({ action: "replace", type: "AWS::RDS::DBInstance", fate: "snapshot" })).toHaveLength(2);
  });

  test("and nothing else", () => {
    expect(exceptions({ action: "modify" })).toEqual([]);
    expect(exceptions({ action: "remove", holdsState: false, type: "AWS::SNS::Topic" })).toEqual([]);
  });
});

describe("the times of a rollback", () => {
  const times = (began?: number, finished?: number) =>
    rollbackTimes({
      cause: "requested",
      calledAt: AT,
      ...(began === undefined ? {} : { beganAt: minutesAfter(began).toISOString() }),
      ...(finished === undefined ? {} : { finishedAt: minutesAfter(finished).toISOString() }),
    });

  test.each([
    [0, 0, true],
    [5, 15, true],
    [5.001, 15, false],
    [5, 15.001, false],
    [1, 600, false],
  ])("begun after %d and finished after %d minutes are within the limits: %s", (began, finished, within) => {
    expect(times(began, finished)).toMatchObject({
      withinLimits: within,
      finishedAfterSeconds: finished * 60,
    });
  });

  test("are unknown until both have happened", () => {
    expect(times()).toMatchObject({ beganAt: null, beganAfterSeconds: null, withinLimits: null });
    expect(times(1)).toMatchObject({ beganAfterSeconds: 60, finishedAfterSeconds: null, withinLimits: null });
  });

  test("are never less than nothing, whatever the clocks say", () => {
    expect(times(-3, -1)).toMatchObject({
      beganAfterSeconds: 0,
      finishedAfterSeconds: 0,
      withinLimits: true,
    });
  });
});
