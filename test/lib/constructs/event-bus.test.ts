import { RemovalPolicy } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { ArchivedEventBus } from "../../../lib/constructs/event-bus.ts";
import { allowedBy, somebody, synthesized } from "./synthesized.ts";

test("a bus keeps every event for a week", () => {
  const template = synthesized((stack) => new ArchivedEventBus(stack, "events"));
  template.hasResource("AWS::Events::EventBus", { DeletionPolicy: "Retain" });
  template.hasResource("AWS::Events::Archive", {
    DeletionPolicy: "Retain",
    Properties: { RetentionDays: 7 },
  });
});

test("a bus asked to keep nothing has no archive", () => {
  const template = synthesized((stack) => new ArchivedEventBus(stack, "events", { archiveDays: 0 }));
  template.resourceCountIs("AWS::Events::Archive", 0);
});

test("a bus that may go takes its archive with it", () => {
  const template = synthesized(
    (stack) => new ArchivedEventBus(stack, "events", { removalPolicy: RemovalPolicy.DESTROY }),
  );
  template.allResources("AWS::Events::Archive", { DeletionPolicy: "Delete" });
});

test("whoever may publish may do nothing else with the bus", () => {
  const template = synthesized((stack) =>
    new ArchivedEventBus(stack, "events").grantPublish(somebody(stack)),
  );
  expect(allowedBy(template)).toEqual(["events:PutEvents"]);
});
