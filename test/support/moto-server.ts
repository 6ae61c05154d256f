import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AwsPlace } from "../../adapters/aws/clients.ts";
import { pythonWith } from "./python.ts";

const ROOT = join(import.meta.dirname, "../..");
const SERVER = join(ROOT, "test/wire/moto_server.py");

/** A server that speaks AWS's protocols, with nothing in it but what is put there. */
export interface Moto {
  readonly endpoint: string;
  /** Where its clients go; another endpoint leads through a proxy. */
  place(more?: Partial<AwsPlace>): AwsPlace;
  /** Forgets everything. */
  reset(): Promise<void>;
  end(): Promise<void>;
}

const PYTHON = pythonWith("moto");

/** Where the wire suites cannot run; true only on a machine that does not demand them with REQUIRE_WIRE=1. */
export const wireIsMissing = PYTHON === undefined;

/** Starts a server; whoever does ends it. */
export async function startMoto(): Promise<Moto> {
  // S3's pages hold a thousand keys; a tenth of that shows as well whether all are turned.
  const env = { ...process.env, MOTO_S3_DEFAULT_MAX_KEYS: "100" };
  const server = spawn(PYTHON ?? "python3", [SERVER], { stdio: ["pipe", "pipe", "inherit"], env });
  const exited = once(server, "exit");
  const lines = createInterface({ input: server.stdout });
  const failed = exited.then(([code]) => Promise.reject(new Error(`moto ended with ${code} as it started`)));
  const [port] = (await Promise.race([once(lines, "line"), failed])) as [string];
  failed.catch(() => {});
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    place: (more = {}) => ({
      region: "eu-west-1",
      endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      ...more,
    }),
    reset: async () => {
      await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
    },
    end: async () => {
      server.kill();
      await exited;
    },
  };
}
