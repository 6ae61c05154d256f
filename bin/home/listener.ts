import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import { UsageError } from "../cli/usage-error.ts";

export interface Listening {
  readonly port: number;
  /** Takes nothing new, lets what is being answered end, and returns when nothing is. */
  stop(): Promise<void>;
}

/** How long answers under way may take once it is to stop, in milliseconds. */
const DRAIN_MS = 5_000;

interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

interface NodeBindings {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

/** Answers HTTP on a port of this machine. @throws UsageError when the port is taken */
export async function listen(
  app: { readonly fetch: Hono["fetch"] },
  { host, port }: ListenOptions,
): Promise<Listening> {
  const fetch = (request: Request, { incoming }: NodeBindings) =>
    app.fetch(request, { address: incoming?.socket.remoteAddress });
  const server = serve({ fetch, hostname: host, port }) as Server;
  const found = await new Promise<number>((resolve, reject) => {
    server.once("error", (error) => reject(refusalOf(error, port)));
    server.once("listening", () => resolve((server.address() as { port: number }).port));
  });
  return { port: found, stop: () => drain(server) };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(late);
}

function refusalOf(error: Error, port: number): Error {
  const { code } = error as { code?: unknown };
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const why = code === "EACCES" ? "may not be used by you" : "is in use by another process";
  return new UsageError("InvalidUsage", `port ${port} ${why}: choose another with --port or PORT`);
}
