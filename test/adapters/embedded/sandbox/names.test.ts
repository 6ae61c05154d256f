import { expect, test } from "vitest";
import { bucket, lineWithReason, queue, table, topic, workbench } from "./workbench.ts";

test("a bucket name that somebody else has fails the stack when other resources are complete", async () => {
  for (const pace of ["none", "demo", "real"] as const) {
    const { apply, cloud, clock } = workbench({ pace });
    await apply({ Photos: bucket({ BucketName: "photos" }), Index: table(), News: topic() });
    clock.pass(600_000);
    const lines = (await cloud.reader().stackEvents("shop")).map(lineWithReason);
    const failure = lines.indexOf("Photos CREATE_FAILED: photos already exists");
    expect(failure).toBeGreaterThan(lines.indexOf("Index CREATE_COMPLETE"));
    expect(lines.indexOf("Index CREATE_COMPLETE")).toBeGreaterThan(0);
    // What was never created is gone without having been deleted.
    expect(lines.slice(failure + 1)).toEqual([
      "shop ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Photos]. Rollback requested by user.",
      "Photos DELETE_COMPLETE",
      "Index DELETE_IN_PROGRESS",
      "News DELETE_IN_PROGRESS",
      "Index DELETE_COMPLETE",
      "News DELETE_COMPLETE",
      "shop ROLLBACK_COMPLETE",
    ]);
  }
});

test("bucket names are shared with the other accounts, other names with other stacks", async () => {
  const dev = workbench();
  const sit = workbench({ database: dev.database, clock: dev.clock, environment: "sit" });
  await dev.apply({ Pictures: bucket({ BucketName: "our-pictures" }), Work: queue({ QueueName: "work" }) });
  const { stackId } = await dev.stack();

  await sit.apply({ Pictures: bucket({ BucketName: "our-pictures" }), Work: queue({ QueueName: "work" }) });
  expect((await sit.events()).map(lineWithReason)).toContain(
    "Pictures CREATE_FAILED: our-pictures already exists",
  );
  expect((await sit.events()).map(lineWithReason)).toContain("Work CREATE_COMPLETE");

  await dev.apply({ Work: queue({ QueueName: "work" }) }, { stack: "second" });
  expect((await dev.events("second")).map(lineWithReason)).toContain(
    `Work CREATE_FAILED: work already exists in stack ${stackId}`,
  );
});

test("a name is free again once its resource is deleted, and not before", async () => {
  const { apply, applier, stack } = workbench();
  const named = {
    Work: queue({ QueueName: "work" }),
    Kept: { ...(topic({ TopicName: "news" }) as object), DeletionPolicy: "Retain" },
  };
  await apply(named);
  await applier().deleteStack("now");
  await apply({ Work: queue({ QueueName: "work" }) }, { stack: "second" });
  expect((await stack("second")).status).toBe("CREATE_COMPLETE");
  const events = await apply({ News: topic({ TopicName: "news" }) }, { stack: "third" });
  expect(events).toContain("News CREATE_FAILED");
});

test("two resources of one stack cannot have one name", async () => {
  const { apply } = workbench();
  const events = await apply({ A: queue({ QueueName: "work" }), B: queue({ QueueName: "work" }) });
  expect(events).toContain("B CREATE_FAILED");
  expect(events.at(-1)).toBe("shop ROLLBACK_COMPLETE");
});

test("a custom-named resource cannot be replaced under its own name", async () => {
  const { apply, events } = workbench();
  const keyed = (key: string) =>
    table({ TableName: "orders", KeySchema: [{ AttributeName: key, KeyType: "HASH" }] });
  await apply({ Orders: keyed("id") });
  await apply({ Orders: keyed("orderId") });
  expect((await events()).map(lineWithReason)).toContain(
    "Orders UPDATE_FAILED: CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename orders and update the stack again.",
  );
});

test("names that CloudFormation makes up never meet", async () => {
  const { apply, resources } = workbench();
  await apply({ A: bucket(), B: bucket() });
  await apply({ A: bucket(), B: bucket() }, { stack: "second" });
  const ids = [...Object.values(await resources()), ...Object.values(await resources("second"))];
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^(shop|second)-[ab]-[a-z0-9]{12}$/);
});
