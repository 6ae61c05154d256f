import { attachedTo } from "../artifacts/attached.ts";
import { type Execution, ExecutionError } from "../execution/execution.ts";
import { every } from "../execution/executions.ts";
import { ofExecution } from "../gate/gates.ts";
import { ArtifactError } from "../ports.ts";
import { keys } from "../table/keys.ts";
import { type ChainHead, type TimelineEvent, WORKSPACE_CHAIN } from "./chain.ts";
import { readChain } from "./record.ts";
import { type Rows, rowFaults } from "./rows.ts";
import { type AnchoredRecord, unanchored } from "./unanchored.ts";
import { type Anchor, type Fault, verifyWorkspace } from "./verify.ts";

export interface Audit {
  readonly faults: readonly Fault[];
  readonly chains: number;
  readonly events: number;
  readonly artifacts: number;
  readonly anchors: number;
}

/**
 * Verifies everything the workspace has recorded: chains, anchors, rows and the artifacts they name.
 * @param signal ends it, between two executions, by throwing its reason
 */
export async function auditWorkspace(kept: AnchoredRecord, signal?: AbortSignal): Promise<Audit> {
  return await twice(async () => {
    const anchors = await kept.anchors.all();
    const ids: string[] = [];
    for await (const { id } of every(kept.world.table, { page: 500 })) ids.push(id);
    const workspace = await readWithHead(kept, WORKSPACE_CHAIN);
    const recorded = new Map<string, Recorded>();
    for (const id of new Set([...ids, ...toldOf(workspace.events)]))
      recorded.set(id, await still(signal, () => readExecution(kept, id, workspace.events)));
    const chains = new Map([...recorded].map(([id, { events }]) => [id, events]));
    const heads = [workspace, ...recorded.values()].flatMap(({ head }) => head);
    const faults = verifyWorkspace(workspace.events, chains, [...anchors, ...heads]);
    const broken = brokenIn(faults);
    for (const [id, one] of recorded)
      faults.push(...(await still(signal, () => evidenceFaults(kept, id, one, broken.has(id)))));
    const all = new Map([[WORKSPACE_CHAIN, workspace.events], ...chains]);
    faults.push(...(await unanchored(kept, all, anchors)));
    return {
      faults,
      chains: all.size,
      events: [...all.values()].reduce((sum, chain) => sum + chain.length, 0),
      artifacts: [...recorded.values()].reduce((sum, { rows }) => sum + rows.artifacts.length, 0),
      anchors: anchors.length,
    };
  });
}

/** The same for one execution, with what the workspace says of it. @throws ExecutionError when nobody ever heard of it */
export async function auditExecution(kept: AnchoredRecord, id: string): Promise<Audit> {
  return await twice(async () => {
    const all = await kept.anchors.all();
    const anchors = all.filter(({ chain }) => chain === id || chain === WORKSPACE_CHAIN);
    const workspace = await readWithHead(kept, WORKSPACE_CHAIN);
    const recorded = await readExecution(kept, id, workspace.events);
    const { events, head, rows } = recorded;
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
    const both = new Map([[WORKSPACE_CHAIN, workspace.events], ...chains]);
    return {
      faults: [
        ...faults,
        ...(await evidenceFaults(kept, id, recorded, brokenIn(faults).has(id))),
        ...(await unanchored(kept, both, anchors)),
      ],
      chains: 2,
      events: workspace.events.length + events.length,
      artifacts: rows.artifacts.length,
      anchors: anchors.length,
    };
  });
}

async function still<Result>(signal: AbortSignal | undefined, step: () => Promise<Result>): Promise<Result> {
  signal?.throwIfAborted();
  return await step();
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

/** What is stored of one execution: its chain with the head it had before, and its rows. */
interface Recorded {
  readonly events: readonly TimelineEvent[];
  readonly head: readonly Anchor[];
  readonly rows: Rows;
}

/** How often an execution that moves while it is read is read again. */
const LOOKS = 3;

/** Rows change in the same transaction as their chain: with the head still in place they belong to its events. */
async function readExecution(
  kept: AnchoredRecord,
  id: string,
  workspace: readonly TimelineEvent[],
): Promise<Recorded> {
  const { table } = kept.world;
  const over = workspace.findLast(({ data }) => data?.["executionId"] === id)?.type === "execution.ended";
  for (let look = 1; ; look += 1) {
    const before = await table.get(keys.chainHead(id));
    const row = await table.get(keys.execution(id));
    const rows = {
      execution: row?.attributes as Execution | undefined,
      gates: await ofExecution(table, id),
      artifacts: await attachedTo(table, id),
      over,
    };
    const { events, head } = await readWithHead(kept, id);
    if (look === LOOKS || events.at(-1)?.hash === before?.attributes["hash"]) return { events, head, rows };
  }
}

/** Where its rows are not what its chain tells of, unless that is broken itself, and artifacts that are not themselves. */
async function evidenceFaults(
  kept: AnchoredRecord,
  id: string,
  { events, rows }: Recorded,
  broken: boolean,
): Promise<Fault[]> {
  const faults = broken ? [] : rowFaults(id, events, rows);
  for (const { name, sha256 } of rows.artifacts) {
    try {
      await kept.world.artifacts.get(sha256);
    } catch (error) {
      if (!(error instanceof ArtifactError)) throw error;
      const seq = events.findLast(({ data }) => JSON.stringify(data).includes(sha256))?.seq ?? 1;
      faults.push({ chain: id, seq, kind: "artifact", message: `${name}: ${error.message}` });
    }
  }
  return faults;
}

function brokenIn(faults: readonly Fault[]): Set<string> {
  return new Set(faults.map(({ chain }) => chain));
}

/** A fault without what grows with the chain. */
function kindOf({ chain, kind }: Fault): string {
  return `${kind} ${chain}`;
}

/** A chain with the head its row says it has, read first: the events then reach at least as far. */
async function readWithHead(
  { world: { table } }: AnchoredRecord,
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
