import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK_NAMES, blockNamed } from "../../../core/catalog/catalog.ts";
import { parseGoal, requireUnderstandable } from "../../../core/plan/goal.ts";
import { json } from "../../support/json.ts";

const GOAL = { goal: "A table for our orders", environment: "dev", stack: "shop" };
const block = (changes: object) => ({
  ...GOAL,
  requires: [{ block: "kv_store", name: "orders", ...changes }],
});

const parse = (goal: unknown) => parseGoal(goal, "goal.json");

function refusalOf(goal: unknown): string {
  try {
    parse(goal);
    return "";
  } catch (error) {
    expect(error).toMatchObject({ name: "InvalidInput" });
    return (error as Error).message;
  }
}

describe("a goal", () => {
  test("needs no more than what, where and which stack", () => {
    expect(parse(GOAL)).toEqual({
      ...GOAL,
      constraints: { availability: "single-az", compliance: [] },
      repoPaths: [],
    });
  });

  test("may name an engine for the database it stands for", () => {
    for (const engine of ["postgres", "mysql"]) {
      expect(parse(block({ block: engine })).requires).toEqual([
        { block: "database", name: "orders", parameters: { engine } },
      ]);
    }
  });

  test("may name every block of the catalog without any parameter", () => {
    for (const name of BLOCK_NAMES) expect(refusalOf(block({ block: name }))).toBe("");
  });

  test("loses the blanks around its text", () => {
    expect(parse({ ...GOAL, goal: "  a table \n" }).goal).toBe("a table");
  });
});

describe("a goal is refused in one sentence that names the file, the field and the fix", () => {
  test.each<[string, unknown, string[]]>([
    ["nothing", undefined, ["is missing"]],
    ["no object", "a table", ["expected object"]],
    ["a list", [GOAL], ["expected object"]],
    ["no text", { ...GOAL, goal: undefined }, ["goal", "is missing"]],
    ["an empty text", { ...GOAL, goal: " \n " }, ["goal", "say in a sentence what you want"]],
    ["a text of 10,001 characters", { ...GOAL, goal: "x".repeat(10_001) }, ["goal", "10000"]],
    ["no environment", { goal: "x", stack: "s" }, ["environment"]],
    ["an unknown environment", { ...GOAL, environment: "production" }, ["environment", "dev", "sit", "prod"]],
    ["no stack", { goal: "x", environment: "dev" }, ["stack", "is missing"]],
    ["a stack that is no name", { ...GOAL, stack: "1shop" }, ["stack", "must be a stack name"]],
    ["a stack with a path in it", { ...GOAL, stack: "../shop" }, ["stack"]],
    ["a stack of 129 characters", { ...GOAL, stack: "s".repeat(129) }, ["stack"]],
    ["an unknown field", { ...GOAL, budget: 5 }, ["unknown field budget", "remove or correct"]],
    ["who asks", { ...GOAL, requestedBy: "ada" }, ["unknown field requestedBy"]],
    ["its own lane", { ...GOAL, lane: "execute" }, ["unknown field lane"]],
    ["several unknown fields", { ...GOAL, a: 1, b: 2 }, ["unknown fields a, b"]],
    ["no blocks in a list of blocks", { ...GOAL, requires: [] }, ["requires", "leave `requires` out"]],
    [
      "an unknown block",
      block({ block: "mainframe" }),
      ["requires[0].block", '"mainframe" is not a block', "kv_store"],
    ],
    [
      "a block named like a member of every object",
      block({ block: "constructor" }),
      ["requires[0].block", "is not a block"],
    ],
    [
      "a block without a name",
      { ...GOAL, requires: [{ block: "kv_store" }] },
      ["requires[0].name", "is missing"],
    ],
    [
      "a block whose name is none",
      block({ name: "Orders Table" }),
      ["requires[0].name", "must be a lower-case letter"],
    ],
    [
      "a block whose name CDK cannot hold",
      block({ name: "constructor" }),
      ["requires[0].name", "another name than constructor"],
    ],
    ["a text whose direction is turned", { ...GOAL, goal: "drop \u202Eesabatad" }, ["goal", "U+202E"]],
    [
      "two blocks of one name",
      {
        ...GOAL,
        requires: [
          { block: "kv_store", name: "a" },
          { block: "secret", name: "a" },
        ],
      },
      ["two blocks are named a"],
    ],
    [
      "an unknown parameter",
      block({ parameters: { engine: "x" } }),
      ["requires[0].parameters (kv_store)", "unknown field engine"],
    ],
    [
      "a parameter of the wrong type",
      block({ parameters: { partitionKey: 5 } }),
      ["requires[0].parameters (kv_store)", "partitionKey"],
    ],
    [
      "a parameter out of its range",
      block({ block: "database", parameters: { storageGb: 5 } }),
      ["requires[0].parameters (database)", "storageGb"],
    ],
    [
      "a second engine for a database",
      block({ block: "postgres", parameters: { engine: 5, oops: 1 } }),
      ["oops"],
    ],
    [
      "no limit that could be kept",
      { ...GOAL, constraints: { monthlyCostLimitUsd: 0 } },
      ["constraints.monthlyCostLimitUsd"],
    ],
    [
      "a limit in words",
      { ...GOAL, constraints: { monthlyCostLimitUsd: "20" } },
      ["constraints.monthlyCostLimitUsd", "number"],
    ],
    [
      "a region that is none",
      { ...GOAL, constraints: { region: "Cape Town" } },
      ["constraints.region", "must be a region"],
    ],
    [
      "an availability that is none",
      { ...GOAL, constraints: { availability: "five nines" } },
      ["constraints.availability", "multi-az"],
    ],
    [
      "a regime nobody knows",
      { ...GOAL, constraints: { compliance: ["xyz"] } },
      ["constraints.compliance[0]", "popia"],
    ],
    [
      "an unknown constraint",
      { ...GOAL, constraints: { latency: 5 } },
      ["constraints", "unknown field latency"],
    ],
    ["no owner", { ...GOAL, stakeholders: {} }, ["stakeholders.owner", "is missing"]],
    ["an owner without a name", { ...GOAL, stakeholders: { owner: "" } }, ["stakeholders.owner"]],
    ["repositories in one text", { ...GOAL, repoPaths: "a,b" }, ["repoPaths", "array"]],
    [
      "more than a hundred repositories",
      { ...GOAL, repoPaths: Array.from({ length: 101 }, () => "a") },
      ["repoPaths", "100"],
    ],
    ["half a character", { ...GOAL, goal: "a table \ud83d" }, ["half of a character"]],
    [
      "half a character in a parameter",
      block({ block: "secret", parameters: { description: "\udc00" } }),
      ["half of a character"],
    ],
    [
      "more blocks than a template has room for resources",
      {
        ...GOAL,
        requires: Array.from({ length: 501 }, (_, i) => ({ block: "kv_store", name: `table-${i}` })),
      },
      ["requires", "500 resources", "divide the goal"],
    ],
  ])("%s", (_what, goal, parts) => {
    const message = refusalOf(goal);
    expect(message.startsWith("goal.json")).toBe(true);
    for (const part of parts) expect(message).toContain(part);
    expect(message).not.toContain("\n");
    expect(message.length).toBeLessThan(1_500);
  });

  test("with hundreds of faults, in one line still", () => {
    const requires = Array.from({ length: 500 }, () => ({ block: "x".repeat(1000), name: "X" }));
    const message = refusalOf({ ...GOAL, requires });
    expect(message).toMatch(/and \d+ more$/);
  });

  test("whatever it is", () => {
    const anything = fc.oneof(
      json,
      fc.record({ goal: json, environment: json, stack: json, requires: json, constraints: json }),
    );
    fc.assert(
      fc.property(anything, (value) => {
        refusalOf(value);
      }),
      { numRuns: 500 },
    );
  });

  test("whose parameters reach for the prototype of objects", () => {
    const text =
      '{"goal":"x","environment":"dev","stack":"s","requires":[{"block":"kv_store","name":"a","parameters":{"__proto__":{"partitionKey":"x"}}}]}';
    refusalOf(JSON.parse(text));
    expect(({} as Record<string, unknown>)["partitionKey"]).toBeUndefined();
    expect(
      refusalOf(JSON.parse('{"goal":"x","environment":"dev","stack":"s","__proto__":{"a":1}}')),
    ).toContain("unknown field");
  });
});

describe("without a model a goal must be understood by its words", () => {
  const require = (goal: object) => requireUnderstandable(parse({ ...GOAL, ...goal }), "goal.json");

  test("or list its blocks", () => {
    require({ goal: "Something magnificent", requires: [{ block: "secret", name: "a" }] });
    require({ goal: "A queue" });
  });

  test.each(["Something magnificent", "No database, please", "数据库", "🤷"])(
    "%j is refused with the whole catalog",
    (goal) => {
      let message = "";
      try {
        require({ goal });
      } catch (error) {
        message = (error as Error).message;
      }
      for (const name of BLOCK_NAMES) expect(message).toContain(`${name} (${blockNamed(name).title})`);
      expect(message).toContain("AGENT_MODEL_PRIMARY");
    },
  );
});
