import { statfsSync } from "node:fs";
import type { Command } from "commander";
import { holderOf } from "../../adapters/embedded/driver-lock.ts";
import { requireAccount } from "../../core/cloud/account.ts";
import { NamedError } from "../../core/errors.ts";
import { hashingEmbedder } from "../../core/memory/hashing-embedder.ts";
import { keys } from "../../core/table/keys.ts";
import { type TimelineEvent, WORKSPACE_CHAIN } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { unanchored } from "../../core/timeline/unanchored.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { type CommonOptions, command, IDENTITY_NOTE } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { configuredMemory, configuredModels } from "../home/models.ts";
import type { Home } from "../home/record.ts";

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

const ENOUGH_BYTES = 100 * 1024 * 1024;

export function doctor(): Command {
  return command("doctor", "check this machine and the data directory").action(
    async (options: CommonOptions) => {
      await withHome({ ...options, create: true, cloud: true }, async (home) => {
        const checks = await examine(home);
        const healthy = checks.every(({ ok }) => ok);
        if (options.json) printJson({ healthy, checks });
        else
          for (const { check, ok, detail } of checks)
            printLine(`${ok ? "✓" : "✗"} ${check.padEnd(20)} ${detail}`);
        return healthy ? EXIT.done : EXIT.failed;
      });
    },
  );
}

async function examine(home: Home): Promise<Check[]> {
  return [
    { check: "Node", ok: Number.parseInt(process.versions.node, 10) >= 24, detail: process.version },
    ...storage(home),
    await anchors(home),
    driver(home),
    await outbox(home),
    { check: "identities", ok: true, detail: IDENTITY_NOTE },
    await models(),
    await memory(),
    ...(await accounts(home)),
  ];
}

function storage({ directory: { path, database }, emulator }: Home): Check[] {
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const check = String(pragma("quick_check"));
  const durable = pragma("journal_mode") === "wal" && pragma("synchronous") === 2;
  return [
    { check: "data directory", ok: true, detail: path },
    { check: "database", ok: check === "ok", detail: check === "ok" ? "intact" : check },
    {
      check: "durability",
      ok: durable,
      detail: `journal ${pragma("journal_mode")}, synchronous ${pragma("synchronous")}`,
    },
    { check: "free disk", ok: free > ENOUGH_BYTES, detail: `${(free / 1024 / 1024).toFixed(0)} MiB` },
    ...(emulator ? [{ check: "AWS", ok: true, detail: `an emulator at ${emulator}` }] : []),
  ];
}

/** Whether the heads of the workspace's own chain are written down apart from it. */
async function anchors(home: Home): Promise<Check> {
  const written = await home.anchors.all();
  const events: TimelineEvent[] = [];
  for await (const event of readChain(home.world.table, WORKSPACE_CHAIN)) events.push(event);
  const [fault] = await unanchored(home, new Map([[WORKSPACE_CHAIN, events]]), written);
  const detail = `${home.anchorsAt}: ${fault ? fault.message : `${written.length} heads`}`;
  return { check: "anchors", ok: fault === undefined, detail };
}

function driver({ directory: { path } }: Home): Check {
  const holder = holderOf(path);
  const detail = holder
    ? `process ${holder.pid} (${holder.command}) since ${holder.since}`
    : "nobody; `conductor serve` or `resume` does";
  return { check: "driven by", ok: true, detail };
}

async function outbox({ world }: Home): Promise<Check> {
  const waiting = await Promise.all(
    [keys.outbox("", ""), keys.announcement("", "")].map(async ({ pk }) => {
      const { items } = await world.table.query({ pk, limit: 100 });
      return items.length;
    }),
  );
  const [undelivered = 0, unpublished = 0] = waiting;
  const detail =
    undelivered + unpublished === 0
      ? "nothing undelivered"
      : `${undelivered} undelivered, ${unpublished} events unpublished; whoever drives next sees to them`;
  return { check: "outbox", ok: true, detail };
}

async function models(): Promise<Check> {
  try {
    const configured = await configuredModels(process.env);
    const told = configured.map(({ name, price }) =>
      price ? name : `${name} (its price is unknown, so it is not asked; see AGENT_MODEL_PRICES)`,
    );
    return {
      check: "models",
      ok: configured.every(({ price }) => price !== undefined),
      detail: told.join(", ") || "none: agents work by rules",
    };
  } catch (error) {
    return { check: "models", ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function memory(): Promise<Check> {
  try {
    const { embedder = hashingEmbedder, index } = await configuredMemory(process.env);
    const store = index ? "in PostgreSQL" : "in the workspace's own table";
    const unpriced = embedder.inputUsd === undefined;
    const why = unpriced ? "; its price is unknown, so it is not asked (see AGENT_MODEL_PRICES)" : "";
    return { check: "memory", ok: !unpriced, detail: `compared by ${embedder.label}, ${store}${why}` };
  } catch (error) {
    return { check: "memory", ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function accounts({ world }: Home): Promise<Check[]> {
  const checks: Check[] = [];
  for (const name of ["dev", "sit", "prod"] as const) {
    const cloud = world.cloud(name);
    const check = `account ${name}`;
    try {
      await requireAccount(cloud);
      checks.push({
        check,
        ok: true,
        detail: `${cloud.target.account} in ${cloud.target.region}${cloud.simulated ? " (simulated)" : ""}`,
      });
    } catch (error) {
      if (!(error instanceof NamedError)) throw error;
      checks.push({ check, ok: false, detail: error.message });
    }
  }
  return checks;
}
