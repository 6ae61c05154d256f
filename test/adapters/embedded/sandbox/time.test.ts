import { expect, test } from "vitest";
import { bucket, line, queue, table, topic, workbench } from "./workbench.ts";

const DEMO = {
  Photos: bucket(),
  Index: table(),
  Dead: queue(),
  Work: queue({ Tags: [{ Key: "of", Value: { Ref: "Dead" } }] }),
  News: topic(),
  Role: { Type: "AWS::IAM::Role", Properties: { Path: { "Fn::Sub": "/x/" } } },
  Policy: { Type: "AWS::IAM::Policy", Properties: { Roles: [{ Ref: "Role" }], Queue: { Ref: "Work" } } },
  Logs: { Type: "AWS::Logs::LogGroup" },
  Handler: {
    Type: "AWS::Lambda::Function",
    Properties: { Role: { "Fn::GetAtt": ["Role", "Arn"] }, Logs: { Ref: "Logs" } },
    DependsOn: "Policy",
  },
  Api: { Type: "AWS::ApiGatewayV2::Api" },
  Calls: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: { ApiId: { Ref: "Api" }, Uri: { "Fn::GetAtt": ["Handler", "Arn"] } },
  },
  Route: { Type: "AWS::ApiGatewayV2::Route", Properties: { Target: { Ref: "Calls" } } },
  Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Api" } }, DependsOn: "Route" },
  Allow: { Type: "AWS::Lambda::Permission", Properties: { FunctionName: { Ref: "Handler" } } },
  Alarm: { Type: "AWS::CloudWatch::Alarm", Properties: { Of: { Ref: "Work" } } },
};

async function took(pace: "none" | "demo" | "real", template: object): Promise<number> {
  const { execute, plan, cloud, clock } = workbench({ pace });
  const start = clock.at;
  await execute(await plan(template as never));
  clock.pass(3_600_000);
  return Date.parse((await cloud.reader().stackEvents("shop")).at(-1)?.at ?? "") - start;
}

test("a demo of fifteen resources takes 4 to 8 seconds, no pace a fraction of one, a database minutes", async () => {
  const demo = await took("demo", DEMO);
  expect(demo).toBeGreaterThan(4_000);
  expect(demo).toBeLessThan(8_000);
  expect(await took("none", DEMO)).toBeLessThan(250);
  const orders = { Orders: { Type: "AWS::RDS::DBInstance", Properties: { Engine: "postgres" } } };
  expect(Math.round((await took("real", orders)) / 60_000)).toBe(8);
});

test("without a pace everything happens in the order of a demo, and none of it in the future", async () => {
  const order = async (pace: "none" | "demo") => {
    const { execute, plan, cloud, clock } = workbench({ pace });
    await execute(await plan(DEMO));
    const start = clock.at;
    if (pace === "demo") clock.pass(60_000);
    const events = await cloud.reader().stackEvents("shop");
    return { lines: events.map(line), lasted: Date.parse(events.at(-1)?.at ?? "") - start };
  };
  const none = await order("none");
  expect(none.lines).toEqual((await order("demo")).lines);
  expect(none.lasted).toBeLessThan(none.lines.length);
});

test("whoever waits for events gets the next one when it is due", async () => {
  const { execute, plan, cloud, clock } = workbench({ pace: "demo" });
  await execute(await plan({ News: topic() }));
  const reader = cloud.reader();
  const seen = [];
  const start = clock.at;
  for (
    let after: string | undefined;
    seen.at(-1)?.status !== "CREATE_COMPLETE" || seen.at(-1)?.logicalId === "News";
  ) {
    const next = await reader.stackEvents("shop", {
      patienceMs: 10_000,
      ...(after === undefined ? {} : { after }),
    });
    seen.push(...next);
    after = seen.at(-1)?.eventId;
  }
  expect(seen.map(line)).toEqual([
    "shop REVIEW_IN_PROGRESS",
    "shop CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS",
    "News CREATE_COMPLETE",
    "shop CREATE_COMPLETE",
  ]);
  expect(clock.at - start).toBeLessThan(1_500);
});

test("who waits for a stack at rest waits as long as the patience and no longer", async () => {
  const { apply, cloud, clock, events } = workbench();
  await apply({ News: topic() });
  const after = (await events()).at(-1)?.eventId ?? "";
  const start = clock.at;
  expect(await cloud.reader().stackEvents("shop", { after, patienceMs: 2_345 })).toEqual([]);
  expect(clock.at - start).toBe(2_345);
});

test("an operation begun at one pace is finished at another", async () => {
  const slow = workbench({ pace: "real" });
  await slow.execute(await slow.plan({ Orders: { Type: "AWS::RDS::DBInstance", Properties: {} } }));
  expect((await slow.stack()).status).toBe("CREATE_IN_PROGRESS");
  const quick = workbench({ database: slow.database, clock: slow.clock, pace: "none" });
  expect((await quick.stack()).status).toBe("CREATE_COMPLETE");
});
