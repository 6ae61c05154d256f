import { existsSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { A_WHOLE_CHANGE_MS, commandLine, type ErrorAnswer, EXAMPLES } from "../support/command-line.ts";

const { ask, data, folder, type } = commandLine();

function file(name: string, content: string | Uint8Array | object): string {
  const path = join(folder, name);
  const written = typeof content === "string" || content instanceof Uint8Array;
  writeFileSync(path, written ? content : JSON.stringify(content));
  return path;
}

const GOAL = { goal: "a table", environment: "dev", stack: "shop" };
const blocks = (count: number) => ({
  ...GOAL,
  requires: Array.from({ length: count }, (_, i) => ({ block: "kv_store", name: `table-${i}` })),
});

function fiftyMegabytes(): string {
  const path = file("fifty.json", "");
  truncateSync(path, 50_000_000);
  return path;
}

function directory(): string {
  const path = join(folder, "goals");
  mkdirSync(path, { recursive: true });
  return path;
}

/** What is wrong, the file that has it, and what the sentence says besides the file's name. */
const GOALS: [what: string, () => string, RegExp][] = [
  ["malformed JSON", () => file("g.json", '{"goal": "a table",\n}'), /is not JSON: .*line 2.*: correct it/],
  ["an empty file", () => file("empty.json", ""), /is not JSON: .*: correct it, examples\/goals/],
  ["bytes that are no text", () => file("g.json", Buffer.from([0xff, 0xfe, 0x7b])), /is not text in UTF-8/],
  [
    "an unknown field",
    () => file("g.json", { ...GOAL, colour: 1 }),
    /unknown field colour: remove or correct/,
  ],
  [
    "an unknown field deep within",
    () => file("g.json", { ...GOAL, constraints: { monthly: 5 } }),
    /constraints: unknown field monthly: remove or correct/,
  ],
  ["a missing field", () => file("g.json", { goal: "a table", environment: "dev" }), /stack: is missing/],
  [
    "an unknown block",
    () => file("g.json", { ...GOAL, requires: [{ block: "mainframe", name: "a" }] }),
    /requires\[0\]\.block: "mainframe" is not a block; the catalog has kv_store/,
  ],
  [
    "an unknown parameter of a block",
    () => file("g.json", { ...GOAL, requires: [{ block: "kv_store", name: "a", parameters: { key: "b" } }] }),
    /requires\[0\]\.parameters \(kv_store\): unknown field key/,
  ],
  [
    "an unknown environment",
    () => file("g.json", { ...GOAL, environment: "production" }),
    /environment: must be one of "dev"\|"sit"\|"prod"/,
  ],
  [
    "more than 500 resources for certain",
    () => file("g.json", blocks(501)),
    /requires: .*500.*: divide the goal/,
  ],
  [
    "a text nobody understands",
    () => file("g.json", { ...GOAL, goal: "world peace" }),
    /goal: no capability is recognised .* the catalog has/,
  ],
  ["50 MB", fiftyMegabytes, /has 47\.7 MiB and a goal may have 1 MiB: name the goal itself/],
  ["a name that does not exist", () => join(folder, "nowhere.json"), /cannot be read: there is no such file/],
  ["a directory's name", directory, /cannot be read: it is a directory/],
];

describe("a goal that is", () => {
  test.each(GOALS)("%s is refused with the field and the fix, exit 2", async (_what, make, sentence) => {
    const path = make();
    const [asked, spoken] = await Promise.all([
      ask<ErrorAnswer>("run", "change", "--input", path),
      type("run", "change", "--input", path),
    ]);
    expect(asked).toEqual({
      code: 2,
      answer: { error: { name: "InvalidInput", message: expect.stringMatching(sentence), exitCode: 2 } },
    });
    const { message } = asked.answer.error;
    expect(message.startsWith(path)).toBe(true);
    expect(spoken).toEqual({ code: 2, stdout: "", stderr: `${message}\n` });
    expect(existsSync(data)).toBe(false);
  });

  test("unusable is not planned either, and no file of a plan is written", async () => {
    const out = join(folder, "plan");
    const said = await type("plan", file("g.json", { ...GOAL, colour: 1 }), "--out", out);
    expect(said).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(/unknown field colour/) });
    expect(existsSync(out)).toBe(false);
  });
});

test(
  "a template of more than 500 resources is refused as soon as Forge can count them, and nothing is applied",
  async () => {
    // Each queue has its dead letters, and both a policy.
    const requires = Array.from({ length: 126 }, (_, i) => ({ block: "task_queue", name: `queue-${i}` }));
    const large = commandLine();
    const input = ["--input", file("g.json", { ...GOAL, requires }), "--approve-as", "grace"];
    const { code, stdout, stderr } = await large.type("run", "change", ...input);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^the template has 504 resources and CloudFormation takes 500: list fewer .*`requires`/,
    );
    expect(stdout).toMatch(/BLOCKED/);
    expect((await large.type("audit", "verify")).code).toBe(0);
    expect((await large.type("sandbox", "show", "--environment", "dev")).stdout.split("\n")).toHaveLength(2);
  },
  A_WHOLE_CHANGE_MS,
);

describe("a command line that", () => {
  const goal = join(EXAMPLES, "photo-archive.json");
  const change = ["run", "change", "--input", goal];
  test.each([
    ["names no such command", ["aprove", "gate_1"], /unknown command 'aprove'.*Did you mean approve/],
    ["names no such option", [...change, "--dry"], /unknown option '--dry'/],
    [
      "puts options first",
      ["--data", "x", "list"],
      /unknown option '--data'; options come after the command/,
    ],
    ["leaves the goal out", ["run", "change"], /required option '--input <file>' not specified/],
    ["leaves an id out", ["status"], /missing required argument 'id'/],
    ["says too much", ["status", "exec_1", "exec_2"], /too many arguments for 'status'/],
    ["gives no user name", [...change, "--as", "a b"], /"a b" is not a user name: use letters/],
    ["lets nobody approve", [...change, "--approve-as", "grace, ,linus"], /is not a user name/],
    ["gives no pace there is", [...change, "--pace", "brisk"], /Allowed choices are none, demo, real/],
    ["spends nothing", [...change, "--max-cost", "0"], /--max-cost.*number above 0/],
    ["gives an empty directory", ["list", "--data", ""], /--data.*must not be empty/],
    [
      "stops halfway",
      ["sandbox", "drift", "--environment", "moon"],
      /'moon' is invalid. Allowed choices are dev, sit, prod/,
    ],
  ])("%s is refused, exit 2, and nothing is written", async (_what, args, sentence) => {
    const { code, answer } = await ask<ErrorAnswer>(...args);
    expect([code, answer.error]).toMatchObject([2, { exitCode: 2 }]);
    expect(answer.error.message).toMatch(sentence);
    expect(answer.error.message).not.toContain("\n");
    expect(existsSync(data)).toBe(false);
  });

  test("is wrong is complained of on standard error only", async () => {
    const said = await type("aprove", "gate_1");
    expect(said).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: unknown command 'aprove'\n(Did you mean approve?)\n",
    });
  });
});

test("nobody is let approve their own change by --approve-as, and nothing is begun", async () => {
  const change = ["run", "change", "--input", join(EXAMPLES, "photo-archive.json")];
  const { code, answer } = await ask<ErrorAnswer>(...change, "--as", "Ada", "--approve-as", "grace,ada");
  expect([code, answer.error.name]).toEqual([4, "SelfApproval"]);
  expect(existsSync(data)).toBe(false);
});

test("a model this version does not have is refused before anything is made", async () => {
  const { answer, code } = await commandLine({ AGENT_MODEL_PRIMARY: "oracle:delphi" }).ask<ErrorAnswer>(
    ...["run", "change", "--input", join(EXAMPLES, "photo-archive.json")],
  );
  expect(code).toBe(2);
  expect(answer.error.message).toMatch(/^AGENT_MODEL_PRIMARY is "oracle:delphi"; .* leave it unset/);
});

describe("where there is no data yet", () => {
  test.each([[["list"]], [["status", "exec_1"]], [["resume"]], [["audit", "verify"]]])(
    "%j says how to begin, and makes none",
    async (args) => {
      const { code, stdout, stderr } = await type(...args);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^there is no data in \S+ yet; start with `conductor run change --input FILE`/);
      expect(existsSync(data)).toBe(false);
    },
  );
});
