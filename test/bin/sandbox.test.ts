import { describe, expect, test } from "vitest";
import type { ShownAccount } from "../../adapters/embedded/sandbox/show.ts";
import { commandLine, type ErrorAnswer } from "../support/command-line.ts";

const { ask, type } = commandLine();

/** The stack that prod is found with. */
const ORDERS = ["--environment", "prod", "--stack", "orders"];

async function resource(logicalId: string) {
  const { answer } = await ask<{ accounts: ShownAccount[] }>("sandbox", "show", "--environment", "prod");
  const [stack] = answer.accounts[0]?.stacks ?? [];
  return stack?.resources.find((one) => one.logicalId === logicalId);
}

describe("sandbox", () => {
  test("show tells of three simulated accounts and what is in them", async () => {
    const [asked, text] = await Promise.all([
      ask<{ simulated: boolean; accounts: ShownAccount[] }>("sandbox", "show"),
      type("sandbox", "show", "--environment", "prod"),
    ]);
    expect([asked.code, asked.answer.simulated]).toEqual([0, true]);
    expect(asked.answer.accounts.map(({ environment, account }) => [environment, account])).toEqual([
      ["dev", "536580886816"],
      ["sit", "815856636111"],
      ["prod", "093646564004"],
    ]);
    expect(text.stdout).toMatch(
      /^prod {2}account 093646564004 in af-south-1 \(simulated\)\n {2}orders {2}CREATE_COMPLETE\n/,
    );
    expect(text.stdout).toMatch(/^ {4}Database +AWS::RDS::DBInstance +CREATE_COMPLETE {2}orders-prod$/m);
  });

  test("drift changes a property behind the stack's back", async () => {
    const drifted = await ask<object>(
      ...["sandbox", "drift", ...ORDERS, "--resource", "SessionsTable"],
      ...["--property", "BillingMode", "--value", '"PROVISIONED"'],
    );
    expect(drifted).toMatchObject({
      code: 0,
      answer: { simulated: true, drift: { logicalId: "SessionsTable", status: "MODIFIED" } },
    });
    expect((await resource("SessionsTable"))?.drift.status).toBe("MODIFIED");
    const text = await type("sandbox", "show", "--environment", "prod");
    expect(text.stdout).toMatch(/SessionsTable .* CREATE_COMPLETE MODIFIED /);
    const value = ["--property", "BillingMode", "--value", "PROVISIONED"];
    const wrong = await type("sandbox", "drift", ...ORDERS, "--resource", "SessionsTable", ...value);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toMatch(/--value PROVISIONED is not JSON: put text in double quotes/);
  });

  test("break stops a database, and refuses what cannot happen to a resource", async () => {
    const broken = await type(
      "sandbox",
      "break",
      ...ORDERS,
      "--resource",
      "Database",
      "--how",
      "database-stopped",
    );
    expect(broken).toMatchObject({ code: 0, stdout: expect.stringMatching(/^database-stopped: Database\n/) });
    expect((await resource("Database"))?.broken).toBe("stopped");
    const wrong = await ask<ErrorAnswer>(
      ...["sandbox", "break", ...ORDERS, "--resource", "Vpc", "--how", "bucket-made-public"],
    );
    expect(wrong.code).toBe(2);
    expect(wrong.answer.error.message).toMatch(/bucket-made-public happens to .* and Vpc is AWS::EC2::VPC/);
  });

  test("fail-next orders no failure of nothing", async () => {
    const blank = await ask<ErrorAnswer>("sandbox", "fail-next", "--environment", "dev", "--resource", "");
    expect(blank).toMatchObject({ code: 2, answer: { error: { name: "InvalidUsage" } } });
  });

  test("fail-next orders a failure, which clear withdraws", async () => {
    const order = ["sandbox", "fail-next", "--environment", "dev", "--resource", "AWS::SQS::Queue"];
    const ordered = await ask<object>(...order, "--stack", "shop", "--reason", "no more queues");
    expect(ordered).toMatchObject({
      code: 0,
      answer: { fault: { stack: "shop", reason: "no more queues" } },
    });
    const show = ["sandbox", "show", "--environment", "dev"];
    expect((await type(...order, "--rollback-too")).stdout).toMatch(
      /^in dev, will fail next: AWS::SQS::Queue, and/,
    );
    expect((await type(...show)).stdout).toMatch("  will fail next: AWS::SQS::Queue of shop\n");
    expect((await type("sandbox", "clear", "--environment", "dev")).code).toBe(0);
    expect((await type(...show)).stdout).not.toContain("will fail");
  });

  test("snapshot takes one of what holds data", async () => {
    const taken = await ask<{ snapshotId: string }>(
      "sandbox",
      "snapshot",
      ...ORDERS,
      "--resource",
      "Database",
    );
    expect([taken.code, taken.answer.snapshotId]).toEqual([0, expect.stringContaining("orders")]);
    const empty = await type("sandbox", "snapshot", ...ORDERS, "--resource", "Vpc");
    expect(empty).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/Vpc .* holds no data/),
    });
  });

  test("set-account makes the credentials those of another account, which doctor notices", async () => {
    const account = (number: string) => type("sandbox", "set-account", number, "--environment", "dev");
    expect((await account("111111111111")).stdout).toBe("dev now reports account 111111111111\n");
    const sick = await type("doctor");
    expect(sick.code).toBe(1);
    expect(sick.stdout).toMatch(
      /^✗ account dev +dev is account 536580886816, but these credentials are of account 111111111111/m,
    );
    expect(await account("11")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/twelve digits/),
    });
    await account("right");
    const well = await ask<{ healthy: boolean; checks: { check: string; ok: boolean }[] }>("doctor");
    expect([well.code, well.answer.healthy]).toEqual([0, true]);
    expect(well.answer.checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        "Node",
        "database",
        "durability",
        "free disk",
        "driven by",
        "identities",
        "models",
      ]),
    );
  });

  test("of a stack or resource that is not there says where to look, and exits 2", async () => {
    const drift = ["sandbox", "drift", "--environment", "prod"];
    const [stack, logicalId] = await Promise.all([
      type(...drift, "--stack", "shop", "--resource", "Database"),
      type(...drift, "--stack", "orders", "--resource", "Databse"),
    ]);
    expect([stack.code, stack.stderr]).toEqual([
      2,
      expect.stringMatching(/^Stack with id shop does not exist/),
    ]);
    expect([logicalId.code, logicalId.stderr]).toEqual([
      2,
      expect.stringMatching(/no resource Databse .* sandbox show/),
    ]);
  });
});
