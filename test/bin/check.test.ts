import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CheckReport } from "../../core/check/check.ts";
import type { CostReport } from "../../core/check/cost.ts";
import { created, deleted, planOf } from "../corpus/plan.ts";
import { DATABASE } from "../corpus/resources.ts";
import { commandLine, type ErrorAnswer } from "../support/command-line.ts";

const { ask, folder, type } = commandLine();
const PLAN = "examples/changes/plan.json";
const [BASE, RISKY] = ["examples/changes/orders.yaml", "examples/changes/orders-risky.yaml"];

function file(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("conductor check", () => {
  test("passes a routine change with status 0, in JSON of the form that is promised", async () => {
    const { code, answer } = await ask<CheckReport>("check", PLAN, "--environment", "prod");
    expect(code).toBe(0);
    expect(answer).toMatchObject({ verdict: "PASS", source: "terraform plan", environment: "prod" });
    expect(["low", "medium"]).toContain(answer.risk.level);
    for (const { rule, resource, why } of answer.risk.reasons)
      expect([rule, resource, why]).not.toContain("");
    expect(answer.gates[0]).toMatchObject({ type: "human_approval", requiredApprovals: 1 });
    expect(answer.cost).toMatchObject({ currency: "USD", atLeast: false, unpriced: [] });
    expect(answer.cost.monthlyDelta).toBeCloseTo(answer.cost.monthlyAfter - answer.cost.monthlyBefore, 2);
    const [line] = answer.cost.resources.flatMap(({ lines }) => lines);
    expect(Object.keys(line!).sort()).toEqual(["item", "monthly", "quantity", "unit", "unitPrice"]);
    expect(answer.changes.map(({ action, type: kind }) => `${action} ${kind}`)).toEqual([
      "modify aws_ecs_service",
      "replace aws_ecs_task_definition",
      "add aws_sqs_queue",
    ]);
  });

  test("fails what a law forbids in prod with status 1, and says so where no approval overrides it", async () => {
    const { code, answer } = await ask<CheckReport>("check", RISKY, "--base", BASE, "--environment", "prod");
    expect(code).toBe(1);
    expect(answer.verdict).toBe("FAIL");
    expect(answer.risk.level).toBe("critical");
    expect(answer.risk.reasons.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["state-lost", "exposure", "weakened"]),
    );
    expect(answer.findings.some(({ law, severity }) => law === 7 && severity === "fatal")).toBe(true);
    expect(answer.gates[0]).toMatchObject({ requiredApprovals: 3 });
  });

  test("fails the same outside of prod by policy alone, where its owner may make an exception", async () => {
    const { code, answer } = await ask<CheckReport>("check", RISKY, "--base", BASE);
    expect([code, answer.verdict, answer.environment]).toEqual([1, "FAIL", null]);
    expect(answer.risk.level).toBe("critical");
    const errors = answer.findings.filter(({ severity }) => severity === "error" || severity === "fatal");
    expect(errors.map(({ rule, resource, law }) => [rule, resource, law])).toEqual([
      ["administration_is_not_public", "Group", undefined],
    ]);
    const waivers = (changes: object) =>
      file("waivers.json", {
        waivers: [
          {
            rule: "administration_is_not_public",
            resource: "Gr*",
            reason: "the old office moves out in spring",
            until: "2999-01-01",
            approvedBy: ["ada", "grace"],
            ...changes,
          },
        ],
      });
    const run = async (changes: object) =>
      (await ask<CheckReport>("check", RISKY, "--base", BASE, "--waivers", waivers(changes))).answer;
    expect((await run({})).verdict).toBe("PASS");
    for (const [changes, why] of [
      [{ approvedBy: ["ada"] }, "it takes 2 people"],
      [{ approvedBy: ["ada", "ada"] }, "it takes 2 people"],
      [{ until: "2020-01-01" }, "it ended on 2020-01-01"],
    ] as const) {
      const refused = await run(changes);
      expect(refused.verdict).toBe("FAIL");
      expect(JSON.stringify(refused.findings)).toContain(why);
    }
  });

  test("counts rules of one's own, and refuses those nobody can read", async () => {
    const own = join(folder, "own");
    mkdirSync(own, { recursive: true });
    const queues = 'let q = Resources.*[ Type == "AWS::SQS::Queue" ]\n';
    const rule = "rule no_queues when %q !empty { %q { Type == /Topic/ << no queues here >> } }\n";
    writeFileSync(join(own, "own.guard"), `# owner: us\n${queues}# fix: use a topic\n${rule}`);
    const { code, answer } = await ask<CheckReport>("check", PLAN, "--policies", own);
    expect(code).toBe(1);
    expect(answer.findings).toMatchObject([
      {
        rule: "no_queues",
        severity: "error",
        resource: "aws_sqs_queue.jobs",
        message: "no queues here (own.guard, owned by us)",
        fix: "use a topic",
      },
    ]);
    writeFileSync(join(own, "own.guard"), "rule broken when {");
    const refused = await ask<ErrorAnswer>("check", PLAN, "--policies", own);
    expect(refused.code).toBe(2);
    expect(refused.answer.error.message).toMatch(/own\.guard cannot be read/);
  });

  test("writes for terminals, pull requests and code scanning", async () => {
    const text = await type("check", RISKY, "--base", BASE);
    expect(text.stdout).toMatch(/^FAIL {2}.*orders-risky.yaml: 1 modify, 1 replace \(two templates\)\n/);
    expect(text.stdout).toContain("everybody on the internet would reach port 22");
    const markdown = await type("check", RISKY, "--base", BASE, "--format", "md");
    expect(markdown.stdout).toMatch(/^# FAIL: .*\n\n.*Risk \*\*critical\*\*/);
    expect(markdown.stdout).toContain("| action | resource | type | what |");
    const sarif = JSON.parse((await type("check", RISKY, "--base", BASE, "--format", "sarif")).stdout);
    expect(sarif).toMatchObject({ version: "2.1.0", runs: [{ tool: { driver: { name: "Conductor" } } }] });
    const ids = sarif.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
    for (const { ruleId, level, locations } of sarif.runs[0].results) {
      expect(ids).toContain(ruleId);
      expect(["none", "note", "warning", "error"]).toContain(level);
      expect(locations[0].physicalLocation.artifactLocation.uri).toContain("orders-risky.yaml");
    }
  });

  test("blocks or warns by limits on the cost", async () => {
    const limits = (action: string) => file(`${action}.json`, { increase: { usd: 0, action } });
    const blocked = await ask<CheckReport>("check", PLAN, "--guardrails", limits("block"));
    expect([blocked.code, blocked.answer.findings[0]?.rule]).toEqual([1, "cost-delta-monthly-limit"]);
    const warned = await ask<CheckReport>("check", PLAN, "--guardrails", limits("warn"));
    expect([warned.code, warned.answer.findings[0]?.severity]).toEqual([0, "warning"]);
  });

  test("never lets a file's words command the terminal or break out of Markdown", async () => {
    const evil = "\u001b[2J](http://x) | `<b>` \n# Heading";
    const plan = file(
      "evil.json",
      planOf(deleted("aws_db_instance.x", DATABASE), created(`aws_sqs_queue.q["${evil}"]`, {})),
    );
    for (const format of ["text", "md"]) {
      const { stdout } = await type("check", plan, "--format", format);
      expect(stdout).not.toContain("\u001b[2J");
      expect(stdout).not.toMatch(/^# Heading/m);
    }
  });

  test.each<[string, () => string[], RegExp]>([
    ["is not there", () => [join(folder, "nowhere.json")], /there is no such file/],
    ["is a directory", () => [folder], /it is a directory/],
    ["is cut off", () => [file("cut.json", readFileSync(PLAN, "utf8").slice(0, 500))], /ends in the middle/],
    [
      "has 100 MB",
      () => {
        const path = file("large.json", "");
        truncateSync(path, 100_000_000);
        return [path];
      },
      /MiB/,
    ],
    ["is of another tool", () => [file("pod.yaml", "apiVersion: v1\nkind: Pod\n")], /Kubernetes/],
    ["is priced nowhere", () => [PLAN, "--region", "mars-1"], /there are prices of/],
    [
      "has limits nobody knows",
      () => [PLAN, "--guardrails", file("g.json", { most: 1 })],
      /unknown field most/,
    ],
    [
      "has a usage file nobody knows",
      () => [PLAN, "--usage", file("u.json", { types: { X: { a: 1 } } })],
      /usage file/,
    ],
  ])("refuses in one sentence and with status 2 what %s", async (_what, args, why) => {
    const { code, answer } = await ask<ErrorAnswer>("check", ...args());
    expect([code, answer.error.exitCode]).toEqual([2, 2]);
    expect(answer.error.message).toMatch(why);
  });
});

describe("conductor cost", () => {
  test("prints the cost part alone, with status 0", async () => {
    const { code, answer } = await ask<CostReport>("cost", PLAN, "--region", "us-east-1");
    expect(code).toBe(0);
    expect(answer).toMatchObject({ currency: "USD", region: "us-east-1", atLeast: false });
    expect(answer.monthlyAfter).toBeGreaterThan(answer.monthlyBefore);
    const { stdout } = await type("cost", PLAN, "--region", "us-east-1");
    expect(stdout).toMatch(/^ {2}cost {5}\+\$[\d.]+ a month/);
    expect(stdout).toContain("vCPUs, x86");
  });

  test("counts the use that a file tells", async () => {
    const usage = file("usage.json", { resources: { "aws_sqs_queue.jobs": { requestsPerMonth: 1e9 } } });
    const typical = await ask<CostReport>("cost", PLAN);
    const told = await ask<CostReport>("cost", PLAN, "--usage", usage);
    expect(told.answer.monthlyAfter).toBeGreaterThan(typical.answer.monthlyAfter + 300);
    const byType = file("types.json", { types: { aws_sqs_queue: { requestsPerMonth: 1e9 } } });
    expect((await ask<CostReport>("cost", PLAN, "--usage", byType)).answer).toEqual({
      ...told.answer,
      assumptions: expect.any(Array),
    });
  });
});
