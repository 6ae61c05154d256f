import { createRequire } from "node:module";
import type * as validator from "@aws/cloudformation-validate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Component, synthesize } from "../../../lambdas/forge/synthesize.ts";
import { CIRCUMSTANCES, component, contextOf, everyBlock } from "./plans.ts";

let engine: validator.Engine;

beforeAll(() => {
  const { CelEngine } = createRequire(import.meta.url)("@aws/cloudformation-validate");
  engine = new CelEngine();
  // A second or two of pure computing, on a machine that may be busy.
}, 60_000);

afterAll(() => engine.free());

/** What CloudFormation would object to. Warnings are left out: a named availability zone is one of them. */
function objectionsTo(components: readonly Component[], circumstances = {}): string[] {
  const { text } = synthesize(components, contextOf(circumstances));
  const template = { path: "template", readBytes: () => Buffer.from(text) };
  return engine
    .validateStandard(template, {})
    .diagnostics.filter(({ severity }) => severity === "ERROR" || severity === "FATAL")
    .map(({ ruleId, message }) => `${ruleId} ${message}`);
}

test.each(CIRCUMSTANCES)(
  "every block is valid in $environment, retain $retain, own key $customerManagedKey",
  (circumstances) => {
    expect(objectionsTo(everyBlock(circumstances), circumstances)).toEqual([]);
  },
);

test.each(everyBlock().map((each) => [each.block, { ...each, uses: [] }] as const))(
  "%s is valid alone",
  (_, alone) => {
    expect(objectionsTo([alone])).toEqual([]);
  },
);

test("every parameter a block takes is valid when it is used", () => {
  const elaborate = [
    component("kv_store", "catalog", {
      partitionKey: "album",
      sortKey: "taken",
      timeToLiveAttribute: "expires",
      pointInTimeRecovery: false,
    }),
    component("artifacts_bucket", "photos", {
      bucketName: "i2s-our-photos",
      versioned: false,
      expireAfterDays: 3650,
    }),
    component("event_bus", "events", { archiveDays: 0 }),
    component("task_queue", "jobs", {
      visibilityTimeoutSeconds: 0,
      maxReceiveCount: 1000,
      retentionDays: 14,
    }),
    component("secret", "signing", { description: "", length: 128 }),
    component("database", "records", { multiAz: true, storageGb: 500, backupDays: 35 }),
    component("http_api", "admin", { routes: ["ANY /{proxy+}"], authorization: "none" }, ["records"]),
    component("http_api", "api", {}, ["admin", "records"]),
  ];
  expect(objectionsTo(elaborate)).toEqual([]);
});
