import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { deadUrl } from "../support/scripted-server.ts";

/** Writes down what a process has loaded by the time it ends. */
const LISTENER = `
  import { registerHooks } from "node:module";
  import { writeFileSync } from "node:fs";
  const loaded = new Set();
  registerHooks({ resolve: (name, context, next) => {
    const found = next(name, context);
    loaded.add(found.url);
    return found;
  } });
  process.on("exit", () => writeFileSync(process.env.LOADED, [...loaded].join("\\n")));`;

/** The modules that a whole change loads under these settings, and how it ended. */
async function wholeChange(settings: NodeJS.ProcessEnv) {
  const env: NodeJS.ProcessEnv = { ...settings };
  const line = commandLine(env);
  const [listener, list] = [join(line.folder, "listener.mjs"), join(line.folder, "loaded.txt")];
  writeFileSync(listener, LISTENER);
  Object.assign(env, { NODE_OPTIONS: `--import ${listener}`, LOADED: list });
  const goal = "examples/goals/photo-archive.json";
  const { answer } = await line.ask("run", "change", "--input", goal, "--as", "ada", "--approve-as", "grace");
  return { outcome: answer.outcome, loaded: readFileSync(list, "utf8").split("\n") };
}

const outward = (loaded: readonly string[]) =>
  loaded.filter((url) => /node_modules\/@(aws-sdk|smithy)\/|\/adapters\/(aws|http)\//.test(url));

test("a change without models loads nothing that speaks to one, or to AWS", async () => {
  const { outcome, loaded } = await wholeChange({});
  expect(outcome).toBe("applied");
  expect(loaded.length).toBeGreaterThan(500);
  expect(outward(loaded)).toEqual([]);
});

test("a change with a model that nobody runs is applied all the same, and loads no SDK", async () => {
  const OLLAMA_HOST = await deadUrl();
  const settings = { OLLAMA_HOST, AGENT_MODEL_PRIMARY: "ollama:m", AGENT_MODEL_EMBEDDING: "ollama:e" };
  const { outcome, loaded } = await wholeChange(settings);
  expect(outcome).toBe("applied");
  const http = outward(loaded).map((url) => url.replace(/^.*\/adapters\//, ""));
  expect(http.sort()).toEqual(["http/ollama-embedder.ts", "http/ollama-model.ts", "http/post-json.ts"]);
});
