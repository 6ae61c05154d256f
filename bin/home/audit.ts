import { attachedTo } from "../../core/artifacts/attached.ts";
import { ExecutionError } from "../../core/execution/execution.ts";
import { list } from "../../core/execution/executions.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { ArtifactError } from "../../core/ports.ts";
import { keys } from "../../core/table/keys.ts";
import { type ChainHead, type TimelineEvent, WORKSPACE_CHAIN } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { type Anchor, type Fault, gateFaults, verifyWorkspace } from "../../core/timeline/verify.ts";
import type { Home } from "./home.ts";

export interface Audit {
  readonly faults: readonly Fault[];
  readonly chains: number;
  readonly events: number;
  readonly artifacts: number;
}

/** Verifies everything the workspace has recorded: chains, anchors, decisions and the artifacts they name. */
export async function auditWorkspace(home: Home): Promise<Audit> {
  return await twice(async () => {
    const anchors = await home.anchors.all();
    const listed = await everyExecution(home);
    const workspace = await readWithHead(home, WORKSPACE_CHAIN);
    const chains = new Map<string, TimelineEvent[]>();
    const heads: Anchor[] = [...workspace.head];
    for (const id of new Set([...listed, ...toldOf(workspace.events)])) {
      const { events, head } = await readWithHead(home, id);
      chains.set(id, events);
      heads.push(...head);
    }
    const faults = verifyWorkspace(workspace.events, chains, [...anchors, ...heads]);
    let artifacts = 0;
    for (const [id, events] of chains) {
      const checked = await checkEvidence(home, id, events);
      faults.push(...checked.faults);
      artifacts += checked.artifacts;
    }
    const events = [workspace.events, ...chains.values()].reduce((sum, chain) => sum + chain.length, 0);
    return { faults, chains: chains.size + 1, events, artifacts };
  });
}

/** The same for one execution, with what the workspace says of it. @throws ExecutionError when nobody ever heard of it */
export async function auditExecution(home: Home, id: string): Promise<Audit> {
  return await twice(async () => {
    const all = await home.anchors.all();
    const anchors = all.filter(({ chain }) => chain === id || chain === WORKSPACE_CHAIN);
    const workspace = await readWithHead(home, WORKSPACE_CHAIN);
    const { events, head } = await readWithHead(home, id);
    const known = toldOf(workspace.events).includes(id) || anchors.some(({ chain }) => chain === id);
    if (events.length === 0 && !known) {
      throw new ExecutionError(
        "ExecutionNotFound",
        `there is no execution ${id.slice(0, 80)}; \`conductor list\` shows them`,
      );
    }
    const chains = new Map(events.length > 0 ? [[id, events]] : []);
    const witnesses = [...anchors, ...workspace.head, ...head];
    const faults = verifyWorkspace(workspace.events, chains, witnesses).filter(
      ({ chain }) => chain === id || chain === WORKSPACE_CHAIN,
    );
    const evidence = await checkEvidence(home, id, events);
    return {
      faults: [...faults, ...evidence.faults],
      chains: 2,
      events: workspace.events.length + events.length,
      artifacts: evidence.artifacts,
    };
  });
}

/**
 * A driver may be writing while we read. Whatever bears witness is read before what it bears witness of; what still
 * looks wrong is looked at again, and what was wrong both times is wrong.
 */
async function twice(audit: () => Promise<Audit>): Promise<Audit> {
  const first = await audit();
  if (first.faults.length === 0) return first;
  const seen = new Set(first.faults.map(kindOf));
  const second = await audit();
  return { ...second, faults: second.faults.filter((fault) => seen.has(kindOf(fault))) };
}

async function checkEvidence(
  home: Home,
  id: string,
  events: readonly TimelineEvent[],
): Promise<{ faults: Fault[]; artifacts: number }> {
  const faults = gateFaults(id, events, await ofExecution(home.world.table, id));
  const attached = await attachedTo(home.world.table, id);
  for (const { name, sha256 } of attached) {
    try {
      await home.world.artifacts.get(sha256);
    } catch (error) {
      if (!(error instanceof ArtifactError)) throw error;
      const seq = events.findLast(({ data }) => JSON.stringify(data).includes(sha256))?.seq ?? 1;
      faults.push({ chain: id, seq, kind: "artifact", message: `${name}: ${error.message}` });
    }
  }
  return { faults, artifacts: attached.length };
}

/** A fault without what grows with the chain. */
function kindOf({ chain, kind }: Fault): string {
  return `${kind} ${chain}`;
}

/** A chain with the head its row says it has, read first: the events then reach at least as far. */
async function readWithHead(
  { world: { table } }: Home,
  chain: string,
): Promise<{ readonly events: TimelineEvent[]; readonly head: readonly Anchor[] }> {
  const row = await table.get(keys.chainHead(chain));
  const head = row ? [{ chain, ...(row.attributes as unknown as ChainHead) }] : [];
  const events: TimelineEvent[] = [];
  for await (const event of readChain(table, chain)) events.push(event);
  return { events, head };
}

/** Executions that the workspace's record tells of. */
function toldOf(workspace: readonly TimelineEvent[]): string[] {
  return workspace.flatMap(({ data }) => {
    const id = data?.["executionId"];
    return typeof id === "string" ? [id] : [];
  });
}

/** Executions that have a row. */
async function everyExecution({ world }: Home): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(world.table, { limit: 500, cursor });
    ids.push(...page.executions.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor);
  return ids;
}
