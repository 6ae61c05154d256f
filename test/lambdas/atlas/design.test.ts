import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK_NAMES, type BlockName, blockNamed } from "../../../core/catalog/catalog.ts";
import { design } from "../../../lambdas/atlas/design.ts";
import { aGoal, anyGoal } from "../../support/goals.ts";

const parametersOf = (block: BlockName, changes: object, attempt = 1): Record<string, unknown> => {
  const { parameters = {}, ...goal } = changes as { parameters?: object };
  const requires = [{ block, name: "it", parameters }];
  return design(aGoal({ requires, ...goal }), attempt).components[0]!.parameters;
};

describe("a design", () => {
  test("has exactly the blocks the goal lists, whatever its text says", () => {
    const requires = [{ block: "secret", name: "key", why: "to sign links" }];
    const { components, ruledOut } = design(aGoal({ goal: "a database without a queue", requires }), 1);
    expect(components).toMatchObject([{ block: "secret", name: "key", why: "to sign links", uses: [] }]);
    expect(ruledOut).toEqual([]);
  });

  test("has the blocks the text names, each with the word that named it, and not those it rules out", () => {
    const { components, ruledOut } = design(aGoal({ goal: "An API with a table, without a database" }), 1);
    expect(components.map(({ block, name, why }) => [block, name, why])).toEqual([
      ["kv_store", "table", 'the goal speaks of "table"'],
      ["http_api", "api", 'the goal speaks of "api"'],
    ]);
    expect(ruledOut).toEqual([blockNamed("database").title]);
  });

  test("lets an API's function reach everything beside it, and nothing else reach anything", () => {
    const requires = [
      { block: "http_api", name: "front" },
      { block: "http_api", name: "back" },
      { block: "kv_store", name: "orders" },
      { block: "secret", name: "key" },
    ];
    const { components } = design(aGoal({ requires }), 1);
    expect(components.map(({ name, uses }) => [name, uses])).toEqual([
      ["front", ["orders", "key"]],
      ["back", ["orders", "key"]],
      ["orders", []],
      ["key", []],
    ]);
  });

  test("is the same for the same goal", () => {
    fc.assert(
      fc.property(anyGoal, fc.integer({ min: 1, max: 3 }), (goal, attempt) => {
        expect(design(goal, attempt)).toEqual(design(structuredClone(goal), attempt));
      }),
    );
  });
});

describe("the size of a block", () => {
  test.each([
    ["dev", { instanceClass: "db.t4g.micro", backupDays: 7, customerManagedKey: false }],
    ["sit", { instanceClass: "db.t4g.small", backupDays: 7, customerManagedKey: false }],
    ["prod", { instanceClass: "db.t4g.medium", backupDays: 14, customerManagedKey: true }],
  ])("of a database follows from the environment: %s", (environment, expected) => {
    expect(parametersOf("database", { environment })).toMatchObject(expected);
  });

  test.each([
    ["dev", { memoryMb: 256 }],
    ["prod", { memoryMb: 512 }],
  ])("of a function follows from the environment: %s", (environment, expected) => {
    expect(parametersOf("http_api", { environment })).toMatchObject(expected);
  });

  test("follows from what availability asks for", () => {
    expect(parametersOf("database", {})).toMatchObject({ multiAz: false });
    expect(parametersOf("database", { constraints: { availability: "multi-az" } })).toMatchObject({
      multiAz: true,
    });
  });

  test("follows from compliance: keys of the customer's own, and long backups", () => {
    const constraints = { compliance: ["popia"] };
    for (const block of ["kv_store", "artifacts_bucket", "secret", "database"] as const) {
      expect(parametersOf(block, { constraints })).toMatchObject({ customerManagedKey: true });
    }
    expect(parametersOf("database", { constraints })).toMatchObject({ backupDays: 35 });
  });

  test("is cheaper at the second attempt, and keeps what the constraints ask for", () => {
    const prod = { environment: "prod", constraints: { availability: "multi-az", compliance: ["popia"] } };
    expect(parametersOf("database", prod, 2)).toMatchObject({
      instanceClass: "db.t4g.micro",
      multiAz: true,
      backupDays: 35,
      customerManagedKey: true,
    });
    expect(parametersOf("http_api", prod, 2)).toMatchObject({ memoryMb: 128 });
    expect(parametersOf("event_bus", prod, 2)).toMatchObject({ archiveDays: 0 });
  });

  test("is what the goal says where it says something, at every attempt", () => {
    fc.assert(
      fc.property(anyGoal, fc.integer({ min: 1, max: 4 }), (goal, attempt) => {
        for (const [index, { parameters }] of design(goal, attempt).components.entries()) {
          expect(parameters).toMatchObject(goal.requires![index]!.parameters);
        }
      }),
    );
  });

  test("is complete: every parameter of the block has a value its schema takes", () => {
    fc.assert(
      fc.property(anyGoal, fc.integer({ min: 1, max: 3 }), (goal, attempt) => {
        for (const { block, parameters } of design(goal, attempt).components) {
          expect(blockNamed(block).parameters.parse(parameters)).toEqual(parameters);
        }
      }),
    );
  });

  test("without any wish is the block's own for every block", () => {
    for (const block of BLOCK_NAMES) expect(() => parametersOf(block, {})).not.toThrow();
  });
});
