import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { A_WHOLE_CHANGE_MS, type CommandLine, commandLine } from "../support/command-line.ts";
import type { Process } from "../support/processes.ts";

interface Started {
  readonly process: Process;
  readonly console: string;
  readonly signIn: string;
}

async function start(line: CommandLine): Promise<Started> {
  const process = line.begin("start", "--port", "0", "--json");
  const [json] = await process.says(/\{[\s\S]*\}/);
  return { process, ...(JSON.parse(json) as { console: string; signIn: string }) };
}

const stopped = { code: 0, signal: null, complaint: expect.any(String) as string };

test(
  "a first start makes the workspace and tells where to sign in; a token opens the API; SIGTERM drains",
  async () => {
    const line = commandLine();
    const { process, console, signIn } = await start(line);
    const page = await fetch(signIn);
    expect([page.status, (await page.text()).includes("Sign in as ada")]).toEqual([200, true]);
    const health = await fetch(`${console}/api/conductor/health`);
    expect(await health.json()).toMatchObject({ status: "ok", driven: true, simulated: true });

    const issued = await line.type("token", "--user", "ada", "--role", "operator", "--env", "dev");
    const headers = { authorization: `Bearer ${issued.stdout.trim()}` };
    const me = await fetch(`${console}/api/conductor/me`, { headers });
    expect(await me.json()).toEqual({
      principal: "ada",
      grants: [{ role: "operator", environment: "dev" }],
    });
    if (globalThis.process.platform !== "win32")
      expect(statSync(join(line.data, "identity", "signing-key.json")).mode & 0o077).toBe(0);
    expect(await process.kill("SIGTERM")).toMatchObject(stopped);
  },
  A_WHOLE_CHANGE_MS,
);

test(
  "a second start says who holds the workspace, and a taken port is told of",
  async () => {
    const line = commandLine();
    const { process, console } = await start(line);
    const second = await line.ask<{ error: { name: string; message: string } }>("start", "--port", "0");
    expect(second).toMatchObject({ code: 2, answer: { error: { name: "DataDirectoryBusy" } } });
    expect(second.answer.error.message).toContain(`process ${process.pid} (conductor start, since`);

    const elsewhere = commandLine();
    const port = new URL(console).port;
    const taken = await elsewhere.ask<{ error: { name: string; message: string } }>("start", "--port", port);
    expect(taken).toMatchObject({ code: 2, answer: { error: { name: "InvalidUsage" } } });
    expect(taken.answer.error.message).toContain(`port ${port} is in use`);
    expect(await process.kill("SIGTERM")).toMatchObject(stopped);
  },
  A_WHOLE_CHANGE_MS,
);

test.each([
  [["--user", "ada"], "--role"],
  [["--user", "ada", "--role", "owner"], "must be one of viewer, operator, approver, admin"],
  [["--user", "ada", "--role", "viewer", "--env", "test"], "must be one of dev, sit, prod"],
  [["--user", "a b", "--role", "viewer"], "is not a user name"],
])("a token for %j is refused in a sentence", async (args, sentence) => {
  const { code, stderr } = await commandLine().type("token", ...args);
  expect([code, stderr.includes(sentence)]).toEqual([2, true]);
});
