import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalIssuer } from "../adapters/identity/local-issuer.ts";
import { grantsOf } from "../core/identity/access.ts";
import { Process } from "../test/support/processes.ts";
import { waitingChanges } from "../test/support/waiting-changes.ts";
import { figuresOf, row } from "./measure.ts";

/** The API and the console over HTTP on one machine: reads at a steady rate, and pages that many people keep open. */
const SECONDS = Number(process.argv[2] ?? 20);
const RATE = 500;
const WATCHERS = 200;
/** How often an open page looks again, in milliseconds (console/script.ts). */
const LOOK_MS = 2_000;

const folder = mkdtempSync(join(tmpdir(), "conductor-bench-"));
const ids = await changesIn(folder);
const server = new Process(["bin/conductor.ts", "start", "--port", "0", "--json", "--data", folder]);
const [told] = await server.says(/\{[\s\S]*\}/);
const { console: origin, signIn } = JSON.parse(told) as { console: string; signIn: string };
const port = new URL(origin).port;
const agent = new Agent({ keepAlive: true, maxSockets: 128 });

interface Taken {
  readonly status: number;
  readonly milliseconds: number;
  readonly firstByte: number;
  readonly bytes: number;
  readonly cookies: readonly string[];
}

function ask(path: string, headers: Record<string, string>, method = "GET", body = ""): Promise<Taken> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(`http://127.0.0.1:${port}${path}`, { agent, method, headers }, (answer) => {
      const firstByte = performance.now() - start;
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          milliseconds: performance.now() - start,
          firstByte,
          bytes,
          cookies: answer.headers["set-cookie"] ?? [],
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const share = (values: readonly number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;

/** Sends at a steady rate, whatever the answers take: a slow server is not asked less. */
async function steadily(paths: readonly string[], headers: Record<string, string>): Promise<Taken[]> {
  const taken: Promise<Taken>[] = [];
  const start = performance.now();
  for (let sent = 0; sent < RATE * SECONDS; sent += 1) {
    const due = start + (sent * 1000) / RATE;
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
    taken.push(ask(paths[sent % paths.length] ?? "", headers));
  }
  return await Promise.all(taken);
}

try {
  const issuer = await LocalIssuer.open(join(folder, "identity"));
  const grants = grantsOf(["viewer:dev", "viewer:sit", "viewer:prod"]);
  const token = await issuer.issue({ user: "bench", grants, hours: 1 }, new Date());
  const paths = ids.flatMap((id) => [
    `/execution/${id}`,
    `/execution/${id}/timeline`,
    `/execution/${id}/gates`,
    "/executions",
  ]);
  const answers = await steadily(
    paths.map((path) => `/api/conductor${path}`),
    { authorization: `Bearer ${token}` },
  );
  const failed = answers.filter(({ status }) => status !== 200).length;
  const times = answers.map(({ milliseconds }) => milliseconds);
  row(`API reads, ${RATE} a second for ${SECONDS} s: p99`, figuresOf([share(times, 0.99)]), "ms", "< 50");
  row("API reads: median", figuresOf([share(times, 0.5)]), "ms", "");
  row("API reads that failed", figuresOf([failed]), "", "0");

  const form = new URLSearchParams({
    code: new URL(signIn).searchParams.get("code") ?? "",
    next: "/",
  }).toString();
  const entered = await ask(
    "/sign-in",
    { "content-type": "application/x-www-form-urlencoded" },
    "POST",
    form,
  );
  const cookie = entered.cookies[0]?.split(";")[0] ?? "";
  const pages = ["/", `/executions/${ids[0]}`, "/gates"];
  const looks: Taken[] = [];
  const watcher = async (number: number) => {
    await new Promise((resolve) => setTimeout(resolve, (number * LOOK_MS) / WATCHERS));
    for (let look = 0; look < 5; look += 1) {
      const start = performance.now();
      looks.push(await ask(pages[number % pages.length] ?? "/", { cookie }));
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, LOOK_MS - (performance.now() - start))));
    }
  };
  await Promise.all(Array.from({ length: WATCHERS }, (_, number) => watcher(number)));
  const open = looks.map(({ milliseconds }) => milliseconds);
  row(`${WATCHERS} open live pages: p99 of a look`, figuresOf([share(open, 0.99)]), "ms", "< 200");
  row("looks that failed", figuresOf([looks.filter(({ status }) => status !== 200).length]), "", "0");
  for (const page of pages) {
    const loads: Taken[] = [];
    for (let load = 0; load < 20; load += 1) loads.push(await ask(page, { cookie }));
    const name = page.replace(ids[0] ?? "", "one");
    row(`${name}: first byte`, figuresOf(loads.map(({ firstByte }) => firstByte)), "ms", "< 20");
    row(`${name}: size`, figuresOf(loads.map(({ bytes }) => bytes / 1024)), "KB", "< 60");
  }
} finally {
  agent.destroy();
  await server.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}

/** A workspace with changes that wait for their approval, as a busy day leaves it. */
async function changesIn(data: string): Promise<string[]> {
  const stacks = Array.from({ length: 20 }, (_, number) => `shop-${number}`);
  return (await waitingChanges(data, stacks, 1)).map(({ id }) => id);
}
