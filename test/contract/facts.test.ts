import { expect, test } from "vitest";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { factsAbout, type Lesson, learn, shownFacts } from "../../core/memory/facts.ts";
import { atomically } from "../../core/table/atomically.ts";
import type { Table } from "../../core/table/table.ts";
import { TestClock } from "../support/clock.ts";
import { AT } from "../support/records.ts";
import { describeTables } from "./table-adapters.ts";

const SHOP = { environment: "dev", stack: "shop" } as const;
const OWNER = { kind: "owner", name: "owner", value: "shop-team" } as const;
const URL = { kind: "endpoint", name: "ApiUrl", value: "https://shop.example" } as const;
const COST = { kind: "budget", name: "monthly cost", value: "$4.20" } as const;

async function teach(table: Table, lesson: Partial<Lesson>): Promise<void> {
  const whole = {
    subject: SHOP,
    source: "exec_1",
    at: AT,
    facts: [],
    forget: "everything else",
    ...lesson,
  } as const;
  const { write } = await learn(table, whole);
  await atomically(table, write);
}

const known = async (table: Table) =>
  (await shownFacts(table, SHOP)).map(
    ({ kind, name, value, source }) => `${kind} ${name}: ${value} (${source})`,
  );

describeTables("keeping facts", (home) => {
  test("keeps what an execution showed of its stack, and who showed it when", async () => {
    const table = await home.emptyTable();
    await teach(table, { facts: [OWNER, URL] });
    expect(await shownFacts(table, SHOP)).toEqual([
      { ...SHOP, ...URL, source: "exec_1", at: AT },
      { ...SHOP, ...OWNER, source: "exec_1", at: AT },
    ]);
  });

  test("lets what a later execution shows take the place of all that was known", async () => {
    const table = await home.emptyTable();
    await teach(table, { facts: [OWNER, URL] });
    await teach(table, { source: "exec_2", facts: [{ ...OWNER, value: "data-team" }, COST] });
    expect(await known(table)).toEqual([
      "budget monthly cost: $4.20 (exec_2)",
      "owner owner: data-team (exec_2)",
    ]);
  });

  test("forgets what an execution showed when it is undone, and nothing that others did", async () => {
    const table = await home.emptyTable();
    await teach(table, { facts: [OWNER] });
    await teach(table, { source: "exec_2", facts: [OWNER, URL], forget: "its own" });
    await teach(table, { source: "exec_3", forget: "its own" });
    expect(await known(table)).toHaveLength(2);
    await teach(table, { source: "exec_2", forget: "its own" });
    expect(await known(table)).toEqual([]);
  });

  test("knows each stack of each environment by itself", async () => {
    const table = await home.emptyTable();
    await teach(table, { facts: [OWNER] });
    await teach(table, { subject: { environment: "prod", stack: "shop" }, facts: [URL] });
    await teach(table, { subject: { environment: "dev", stack: "shop-2" }, facts: [COST] });
    expect(await known(table)).toEqual(["owner owner: shop-team (exec_1)"]);
  });

  test("is taught the same by two at the same time as by one", async () => {
    const [one, other] = await home.share(new TestClock(AT), 2);
    await Promise.all([one!, other!].map((table) => teach(table, { facts: [OWNER, URL] })));
    expect(await known(one!)).toHaveLength(2);
  });

  test("keeps no more of a value, and no more facts, than people read", async () => {
    const table = await home.emptyTable();
    const facts = Array.from({ length: 80 }, (_, i) => ({
      ...URL,
      name: `Url${i}`,
      value: "x".repeat(10_000),
    }));
    await teach(table, { facts });
    const kept = await shownFacts(table, SHOP);
    expect(kept).toHaveLength(50);
    expect(Math.max(...kept.map(({ value }) => value.length))).toBe(501);
  });

  test("tells them beside the account and the caps that the configuration gives", async () => {
    const table = await home.emptyTable();
    await teach(table, { facts: [OWNER] });
    const facts = await factsAbout(table, SHOP, ENVIRONMENTS.dev);
    expect(facts.map(({ kind, name, value, source }) => [kind, name, value, source])).toEqual([
      ["account", "account", "536580886816 in af-south-1", "configuration"],
      ["budget", "a pipeline", "at most $50 and 250000 tokens", "configuration"],
      ["budget", "a change", "adds at most $500 a month", "configuration"],
      ["owner", "owner", "shop-team", "exec_1"],
    ]);
  });

  test("forgets nothing where nothing is to be forgotten, but what is said anew", async () => {
    const table = await home.emptyTable();
    await teach(table, { facts: [OWNER, URL] });
    await teach(table, { source: "exec_2", facts: [{ ...OWNER, value: "data-team" }], forget: "nothing" });
    expect(await known(table)).toEqual([
      "endpoint ApiUrl: https://shop.example (exec_1)",
      "owner owner: data-team (exec_2)",
    ]);
  });
});
