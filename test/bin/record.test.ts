import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { type Fault, verifyChain } from "../../core/timeline/verify.ts";
import {
  A_WHOLE_CHANGE_MS,
  commandLine,
  type ErrorAnswer,
  example,
  type Said,
} from "../support/command-line.ts";

const { ask, data, folder, type } = commandLine();

/** One execution that has ended, and one that waits. */
let ended = "";
let open = "";

beforeAll(async () => {
  const run = ["run", "change", "--input", example("too-cheap")];
  const first = await ask(...run);
  ended = first.answer.executionId;
  await type("reject", first.answer.gates[0]?.id ?? "", "--as", "grace", "--notes", "no");
  await type("resume");
  open = (await ask(...run)).answer.executionId;
}, A_WHOLE_CHANGE_MS);

type Verdict = { readonly verified: boolean; readonly faults: readonly Fault[] };

describe("what was written", () => {
  test("is verified, whole or one execution of it", async () => {
    const [audit, timeline, text] = await Promise.all([
      ask<Verdict & { chains: number; events: number; artifacts: number }>("audit", "verify"),
      ask<Verdict & { events: { seq: number; hash: string }[] }>("timeline", ended, "--verify"),
      type("timeline", ended, "--verify"),
    ]);
    expect(audit).toMatchObject({ code: 0, answer: { verified: true, faults: [], chains: 3 } });
    expect(audit.answer.artifacts).toBeGreaterThan(0);
    expect(timeline).toMatchObject({ code: 0, answer: { verified: true, faults: [], executionId: ended } });
    expect(timeline.answer.events.map(({ seq }) => seq)).toEqual(timeline.answer.events.map((_, i) => i + 1));
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^ +1 {2}\S+Z {2}execution\.requested +ada +ada asks for a change/);
    expect(text.stdout).toMatch(/grace rejects: no\n/);
    expect(text.stdout).toMatch(
      /identities are declared .*\nverified: \d+ events in 2 chains, \d+ artifacts and \d+ anchors /,
    );
  });

  test("is shown without a verdict when none is asked for", async () => {
    const { code, answer } = await ask<object>("timeline", open);
    expect([code, Object.keys(answer)]).toEqual([0, ["executionId", "events", "identities"]]);
  });

  test("includes artifacts, each printed as it is, or written to a file", async () => {
    const { answer } = await ask<{ artifacts: { name: string; path: string }[] }>("artifacts", open);
    const [blocked] = answer.artifacts.filter(({ name }) => name === "design-blocked.json");
    const content = readFileSync(blocked?.path ?? "", "utf8");
    const file = join(folder, "blocked.json");
    const [printed, asked, written, listed] = await Promise.all([
      type("artifacts", open, "design-blocked.json"),
      ask<object>("artifacts", open, "design-blocked.json"),
      type("artifacts", open, "design-blocked.json", "--out", file),
      type("artifacts", open),
    ]);
    expect(printed).toEqual({ code: 0, stdout: content, stderr: "" });
    expect(asked.answer).toMatchObject({ name: "design-blocked.json", kind: "DesignBlocked", content });
    expect([written.stdout, readFileSync(file, "utf8")]).toEqual([
      `design-blocked.json is in ${file}\n`,
      content,
    ]);
    expect(listed.stdout).toMatch(/^design-blocked\.json +DesignBlocked +\d+ {2}[0-9a-f]{12} {2}\//m);
    const unnamed = await ask<ErrorAnswer>("artifacts", open, "--out", file);
    expect(unnamed).toMatchObject({ code: 2, answer: { error: { name: "InvalidInput" } } });
    expect(unnamed.answer.error.message).toMatch(/a file stands where a directory is needed/);
    const unknown = await ask<ErrorAnswer>("artifacts", open, "plan.doc");
    expect(unknown.code).toBe(2);
    expect(unknown.answer.error.message).toMatch(/has no artifact plan\.doc; it has design-blocked\.json/);
  });

  test("can be taken away whole: every artifact, how it stands, and its timeline as it is chained", async () => {
    const out = join(folder, "all");
    const written = await ask<{ files: string[] }>("artifacts", open, "--out", out);
    expect(written.code).toBe(0);
    const listed = await ask<{ artifacts: { name: string }[] }>("artifacts", open);
    const names = listed.answer.artifacts.map(({ name }) => name);
    expect(written.answer.files).toEqual([...names, "status.md", `timeline/${open}.ndjson`]);
    const status = readFileSync(join(out, "status.md"), "utf8");
    expect(status).toMatch(
      new RegExp(`^# \\S+ in dev: BLOCKED\\n\\n\`\`\`text\\n${open} [^\u001b]*\`\`\`\\n$`),
    );
    const lines = readFileSync(join(out, "timeline", `${open}.ndjson`), "utf8")
      .trimEnd()
      .split("\n");
    const events = lines.map((line) => JSON.parse(line) as TimelineEvent);
    expect(verifyChain(open, events, [])).toEqual([]);
    const told = await ask<{ events: object[] }>("timeline", open);
    expect(events).toEqual(told.answer.events);
  });
});

/** What somebody with the files in hand can do. */
interface Tampered {
  sql(statement: string, ...values: string[]): void;
  anchors(change: (text: string) => string): void;
}

let copies = 0;

/** Tampers with a copy of the data directory and gives what the commands say of it. */
async function said(of: string, tamper: (files: Tampered) => void): Promise<[Said, Said]> {
  const copy = join(folder, `copy-${copies++}`);
  cpSync(data, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, "conductor.db"));
  const file = join(copy, "anchors.ndjson");
  tamper({
    sql: (statement, ...values) =>
      expect(database.prepare(statement).run(...values).changes).toBeGreaterThan(0),
    anchors: (change) => writeFileSync(file, change(readFileSync(file, "utf8"))),
  });
  database.close();
  return await Promise.all([
    type("audit", "verify", "--json", "--data", copy),
    type("timeline", of, "--verify", "--data", copy),
  ]);
}

const CHAIN = (id: string) => `CHAIN#${id}`;
const EVENT = (seq: number) => `EVENT#${String(seq).padStart(12, "0")}`;
const DELETE = "DELETE FROM item WHERE pk = ? AND sk";
const LAST = "(SELECT max(sk) FROM item WHERE pk = ? AND sk LIKE 'EVENT#%')";

describe("somebody who has the files in hand and", () => {
  const cases: [
    what: string,
    of: () => string,
    seq: number | undefined,
    kind: string,
    (files: Tampered) => void,
  ][] = [
    [
      "edits an event",
      () => ended,
      2,
      "edited",
      ({ sql }) =>
        sql(
          "UPDATE item SET attributes = json_set(attributes, '$.actor', 'mallory') WHERE pk = ? AND sk = ?",
          ...[CHAIN(ended), EVENT(2)],
        ),
    ],
    [
      "puts two events in each other's place",
      () => ended,
      2,
      "reordered",
      ({ sql }) => {
        const move = "UPDATE item SET sk = ? WHERE pk = ? AND sk = ?";
        sql(move, "EVENT#aside", CHAIN(ended), EVENT(2));
        sql(move, EVENT(2), CHAIN(ended), EVENT(3));
        sql(move, EVENT(3), CHAIN(ended), "EVENT#aside");
      },
    ],
    [
      "takes an event out of the middle",
      () => ended,
      3,
      "removed",
      ({ sql }) => sql(`${DELETE} = ?`, CHAIN(ended), EVENT(3)),
    ],
    [
      "cuts off the end of one that has ended",
      () => ended,
      undefined,
      "cut-tail",
      ({ sql }) => sql(`${DELETE} = ${LAST}`, CHAIN(ended), CHAIN(ended)),
    ],
    [
      "cuts off the end of one that is open",
      () => open,
      undefined,
      "cut-tail",
      ({ sql }) => sql(`${DELETE} = ${LAST}`, CHAIN(open), CHAIN(open)),
    ],
    [
      "takes a whole execution away",
      () => ended,
      1,
      "missing-execution",
      ({ sql }) => {
        sql("DELETE FROM item WHERE pk = ?", CHAIN(ended));
        sql("DELETE FROM item WHERE pk = ?", `EXECUTION#${ended}`);
      },
    ],
    [
      "writes another head among the anchors",
      () => ended,
      undefined,
      "replaced",
      ({ anchors }) =>
        anchors((text) =>
          text.replace(new RegExp(`("chain":"${ended}".*?"hash":")[0-9a-f]{64}`), `$1${"0".repeat(64)}`),
        ),
    ],
    ["empties the file of anchors", () => ended, undefined, "unanchored", ({ anchors }) => anchors(() => "")],
    [
      "lowers what a gate asks for",
      () => open,
      undefined,
      "edited",
      ({ sql }) =>
        sql(
          "UPDATE item SET attributes = json_set(attributes, '$.requiredApprovals', 0) WHERE pk = ? AND sk LIKE 'GATE#%'",
          `GATES#${open}`,
        ),
    ],
  ];

  test.each(cases)("%s is found, and where is said", async (_what, of, seq, kind, tamper) => {
    const [audit, timeline] = await said(of(), tamper);
    expect([audit.code, timeline.code]).toEqual([1, 1]);
    const { verified, faults } = JSON.parse(audit.stdout) as Verdict;
    expect(verified).toBe(false);
    const found = faults.find((fault) => fault.chain === of());
    expect(found).toMatchObject({ kind, ...(seq === undefined ? {} : { seq }) });
    expect(timeline.stdout).toMatch(/^NOT what was written: \d fault/m);
    expect(timeline.stdout).toMatch(`  ${kind} in ${of()} at event ${found?.seq}: `);
  });

  test("takes the anchors away does not pass before a doctor", async () => {
    const well = await type("doctor", "--data", data);
    expect(well.stdout).toMatch(/^✓ anchors .*: \d+ heads$/m);
    const copy = join(folder, "without-anchors");
    cpSync(data, copy, { recursive: true });
    rmSync(join(copy, "anchors.ndjson"));
    const sick = await type("doctor", "--data", copy);
    expect(sick.code).toBe(1);
    expect(sick.stdout).toMatch(/^✗ anchors .*: 3 of 3 heads are not among the anchors/m);
  });

  test("takes an execution out of the workspace's record too is found by the anchors", async () => {
    const [audit] = await said(ended, ({ sql }) => {
      sql("DELETE FROM item WHERE pk = ?", CHAIN(open));
      sql("DELETE FROM item WHERE pk = ?", `EXECUTION#${open}`);
      // The workspace's chain is cut back to before that execution began, its head rewritten to fit.
      sql(`${DELETE} = ${LAST}`, CHAIN("workspace"), CHAIN("workspace"));
      sql("DELETE FROM item WHERE pk = ? AND sk = 'HEAD'", CHAIN("workspace"));
    });
    expect(audit.code).toBe(1);
    const { faults } = JSON.parse(audit.stdout) as Verdict;
    expect(faults.map(({ chain, kind }) => [chain, kind])).toEqual([
      ["workspace", "cut-tail"],
      [open, "missing-execution"],
    ]);
  });
});
