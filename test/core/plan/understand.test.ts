import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK_NAMES, type BlockName, CATALOG } from "../../../core/catalog/catalog.ts";
import { defaultName, understand } from "../../../core/plan/understand.ts";

const wanted = (text: string) => understand(text).wanted.map(({ block }) => block);
const unwanted = (text: string) => understand(text).unwanted.map(({ block }) => block);

const WORDS = BLOCK_NAMES.flatMap((block) => CATALOG[block].keywords.map((word) => [block, word] as const));

describe("a block is recognised", () => {
  test.each(WORDS)("%s by the word %j, wherever it stands", (block, word) => {
    for (const text of [
      word,
      `We need a ${word}.`,
      `${word.toUpperCase()}, and quickly`,
      `(${word})`,
      `one "${word}" or two`,
      `two ${word.endsWith("s") ? word : `${word}s`}`,
    ])
      expect(wanted(text)).toContain(block);
  });

  test.each(WORDS)("%s by the word %j and not by a part of another", (block, word) => {
    const glued = `x${word}x and pre-${word}ish`;
    expect(wanted(glued)).not.toContain(block);
  });

  test("by letters of full width too", () => {
    expect(wanted("ｄａｔａｂａｓｅ")).toEqual(["database"]);
  });

  test("once, however often it is named, and with the word that said so", () => {
    const { wanted: found } = understand("a bucket for photos, another bucket for uploads");
    expect(found).toEqual([{ block: "artifacts_bucket", word: "bucket" }]);
  });

  test("with the others of the same sentence, in the order of the catalog", () => {
    expect(wanted("An API with a database, a queue and files in a bucket")).toEqual([
      "artifacts_bucket",
      "task_queue",
      "http_api",
      "database",
    ]);
  });
});

describe("a block is ruled out", () => {
  test.each([
    "no database",
    "There must be no database.",
    "without a database",
    "without any database",
    "do it without a relational database",
    "not a database",
    "never a database",
    "avoid databases",
    "rather than a database",
    "instead of a database",
    "we don't need a database",
    "we do not need a database",
    "except the database",
    "neither a database nor anything else",
  ])("by %j", (text) => {
    expect([wanted(text), unwanted(text)]).toEqual([[], ["database"]]);
  });

  test("and does not rule out what comes in the next sentence or after a but", () => {
    expect(wanted("No queue. A database.")).toEqual(["database"]);
    expect(wanted("No queue; a database")).toEqual(["database"]);
    expect(wanted("There is no queue but a database")).toEqual(["database"]);
  });

  test("only where it is not asked for elsewhere", () => {
    expect(wanted("No database for photos. A database for orders.")).toContain("database");
  });

  test("and so a table beside it stays", () => {
    const { wanted: found, unwanted: out } = understand("An API and a table, without a database");
    expect(found.map(({ block }) => block)).toEqual(["kv_store", "http_api"]);
    expect(out.map(({ block }) => block)).toEqual(["database"]);
  });
});

describe("a text", () => {
  test.each(["", "something magnificent", "数据库", "🤷", "datab ase", "1234"])(
    "that says nothing we know is not understood: %j",
    (text) => {
      expect(understand(text)).toEqual({ wanted: [], unwanted: [] });
    },
  );

  test("never asks for a block and rules it out, and is always read", () => {
    const piece = fc.oneof(
      fc.constantFrom(...WORDS.map(([, word]) => word)),
      fc.constantFrom("no", "without", "and", ".", "but", "not a", "instead of", ",", "\n"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { wanted: found, unwanted: out } = understand(pieces.join(" "));
        const blocks = [...found, ...out].map(({ block }) => block);
        expect(new Set(blocks).size).toBe(blocks.length);
      }),
    );
  });
});

test("every block has a name for when the text gives it none, and no two the same", () => {
  const names = BLOCK_NAMES.map((block: BlockName) => defaultName(block));
  expect(new Set(names).size).toBe(BLOCK_NAMES.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]{0,30}$/);
});
