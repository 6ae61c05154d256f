import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const COMMAND = join(import.meta.dirname, "..", "..", "bin", "commands", "asl.ts");
const FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:greet";
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "asl-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function asl(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = `import { asl } from ${JSON.stringify(COMMAND)}; await asl().parseAsync(process.argv.slice(1), { from: "user" });`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", program, ...args], { encoding: "utf8" });
}

const machine = (states: object) => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(states)[0],
  States: states,
});
const greeting = machine({
  Wait: { Type: "Wait", Seconds: 3_600, Next: "Greet" },
  Greet: { Type: "Task", Resource: FUNCTION, TimeoutSeconds: 5, End: true },
});

describe("asl run", () => {
  it("prints status, output and events as one JSON document and exits 0 on success", () => {
    const { status, stdout } = asl(
      ...["run", file("m.json", greeting), "--input", file("i.json", { a: 1 }), "--fast-forward", "--json"],
      ...["--functions", file("f.json", { greet: { kind: "echo" } })],
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "SUCCEEDED",
      output: { a: 1 },
      events: expect.arrayContaining([expect.objectContaining({ id: 1, type: "ExecutionStarted" })]),
    });
  });

  it("calls the function that is named in full before another of the same name", () => {
    const functions = file("f.json", {
      "arn:aws:lambda:us-east-1:222222222222:function:greet": { kind: "return", value: "another" },
      [FUNCTION]: { kind: "return", value: "this one" },
    });
    const { stdout } = asl(
      ...["run", file("m.json", greeting), "--functions", functions, "--fast-forward", "--json"],
    );
    expect(JSON.parse(stdout)).toMatchObject({ output: "this one" });
  });

  it("exits 1 on failure, with the error and the cause", () => {
    const functions = file("f.json", { [FUNCTION]: { kind: "throw", error: "Rude", message: "no" } });
    const { status, stdout } = asl(
      "run",
      file("m.json", greeting),
      "--functions",
      functions,
      "--fast-forward",
      "--json",
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "FAILED",
      error: "Rude",
      cause: expect.stringContaining('"no"'),
    });
  });

  it("prints plain lines without --json", () => {
    const functions = file("f.json", { greet: { kind: "return", value: "hello" } });
    const { status, stdout } = asl(
      "run",
      file("m.json", greeting),
      "--functions",
      functions,
      "--fast-forward",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/ 2 {2}\S+ {2}WaitStateEntered {2}Wait\n/);
    expect(stdout.endsWith('SUCCEEDED\n"hello"\n')).toBe(true);
  });

  it("takes events and messages as their services would", () => {
    const definition = machine({
      Send: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage",
        Arguments: { QueueUrl: "q", MessageBody: "hello" },
        Output: "{% $states.result.MD5OfMessageBody %}",
        TimeoutSeconds: 5,
        Next: "Put",
      },
      Put: {
        Type: "Task",
        Resource: "arn:aws:states:::events:putEvents",
        Arguments: { Entries: [{ Source: "s", DetailType: "t", Detail: {} }] },
        Output: ["{% $states.input %}", "{% $states.result.FailedEntryCount %}"],
        TimeoutSeconds: 5,
        End: true,
      },
    });
    const { status, stdout } = asl("run", file("m.json", definition), "--fast-forward", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).output).toEqual(["5d41402abc4b2a76b9719d911017c592", 0]);
  });

  it("says so when only somebody outside could let the execution go on", () => {
    const asking = machine({
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: { FunctionName: "greet" },
        End: true,
      },
    });
    const functions = file("f.json", { greet: { kind: "echo" } });
    const { status, stderr } = asl("run", file("m.json", asking), "--functions", functions, "--fast-forward");
    expect(status).toBe(1);
    expect(stderr).toMatch(/waits for a task token/);
  });
});

describe("input that cannot be used exits 2, with one sentence for each reason:", () => {
  const wrong = machine({ A: { Type: "Pass", Next: "Nowhere" }, B: { Type: "Nap" } });
  const cases: [what: string, args: () => string[], sentences: RegExp[]][] = [
    [
      "a refused definition",
      () => ["run", file("w.json", wrong)],
      [/^state 'A', Next: there is no state 'Nowhere'$/m, /^state 'B', Type: must be/m],
    ],
    [
      "a machine in JSONPath",
      () => ["run", file("p.json", { StartAt: "A", States: { A: { Type: "Pass", End: true } } })],
      [/^QueryLanguage: the engine speaks JSONata only and cannot run a machine in JSONPath/m],
    ],
    [
      "a file that is not there",
      () => ["run", join(directory, "none.json")],
      [/^the definition \S+none.json cannot be read: there is no such file$/m],
    ],
    [
      "a definition that is not JSON",
      () => ["validate", file("w.json", "{")],
      [/^the definition is not JSON: /m],
    ],
    [
      "an input that is not JSON",
      () => ["run", file("m.json", greeting), "--input", file("i.json", "{")],
      [/^the input \S+ is not JSON: /m],
    ],
    [
      "functions of no known kind",
      () => ["run", file("m.json", greeting), "--functions", file("f.json", { greet: { kind: "sing" } })],
      [/^the functions file \S+, 'greet': must be {"kind":"echo"}/m],
    ],
  ];

  it.each(cases)("%s", (_, args, sentences) => {
    for (const json of [[], ["--json"]]) {
      const { status, stdout, stderr } = asl(...args(), ...json);
      expect(status).toBe(2);
      for (const sentence of sentences) expect(stderr).toMatch(sentence);
      if (json.length > 0) {
        const { valid, reasons } = JSON.parse(stdout) as { valid: boolean; reasons: unknown[] };
        expect([valid, reasons.length]).toEqual([false, sentences.length]);
      }
    }
  });
});

describe("asl validate", () => {
  it("exits 0 for a definition that can be run, with its warnings", () => {
    const { status, stdout } = asl(
      "validate",
      file("m.json", machine({ T: { Type: "Task", Resource: FUNCTION, End: true } })),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^warning: state 'T', TimeoutSeconds: is missing/);
  });
});
