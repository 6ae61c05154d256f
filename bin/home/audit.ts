import { attachedTo } from "../../core/artifacts/attached.ts";
import { ExecutionError } from "../../core/execution/execution.ts";
import { list } from "../../core/execution/executions.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { ArtifactError } from "../../core/ports.ts";
import { type TimelineEvent, WORKSPACE_CHAIN } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { type Fault, gateFaults, verifyWorkspace } from "../../core/timeline/verify.ts";
import type { Home } from "./home.ts";

export interface Audit {
  readonly faults: readonly Fault[];
  readonly chains: number;
  readonly events: number;
  readonly artifacts: number;
}

/** Verifies everything the workspace has recorded: chains, anchors, decisions and the artifacts they name. */
export async function auditWorkspace(home: Home): Promise<Audit> {
  const workspace = await chainOf(home, WORKSPACE_CHAIN);
  const ids = await everyExecution(home, workspace);
  const chains = new Map<string, TimelineEvent[]>();
  for (const id of ids) {
    const events = await chainOf(home, id);
    if (events.length > 0) chains.set(id, events);
  }
  const faults = verifyWorkspace(workspace, chains, await home.anchors.all());
  let artifacts = 0;
  for (const [id, events] of chains) {
    const checked = await checkEvidence(home, id, events);
    faults.push(...checked.faults);
    artifacts += checked.artifacts;
  }
  const events = workspace.length + [...chains.values()].reduce((sum, chain) => sum + chain.length, 0);
  return { faults, chains: chains.size + 1, events, artifacts };
}

/** The same for one execution, with what the workspace says of it. @throws ExecutionError when nobody ever heard of it */
export async function auditExecution(home: Home, id: string): Promise<Audit> {
  const workspace = await chainOf(home, WORKSPACE_CHAIN);
  const events = await chainOf(home, id);
  const anchors = (await home.anchors.all()).filter(({ chain }) => chain === id || chain === WORKSPACE_CHAIN);
  const known =
    workspace.some(({ data }) => data["executionId"] === id) || anchors.some(({ chain }) => chain === id);
  if (events.length === 0 && !known) {
    throw new ExecutionError(
      "ExecutionNotFound",
      `there is no execution ${id.slice(0, 80)}; \`conductor list\` shows them`,
    );
  }
  const all = verifyWorkspace(workspace, new Map(events.length > 0 ? [[id, events]] : []), anchors);
  const faults = all.filter(({ chain }) => chain === id || chain === WORKSPACE_CHAIN);
  const evidence = await checkEvidence(home, id, events);
  return {
    faults: [...faults, ...evidence.faults],
    chains: 2,
    events: events.length,
    artifacts: evidence.artifacts,
  };
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

async function chainOf({ world }: Home, chain: string): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for await (const event of readChain(world.table, chain)) events.push(event);
  return events;
}

/** Those that have a row, and those the workspace's record tells of. */
async function everyExecution({ world }: Home, workspace: readonly TimelineEvent[]): Promise<Set<string>> {
  const ids = new Set(
    workspace.flatMap(({ data }) => (typeof data["executionId"] === "string" ? [data["executionId"]] : [])),
  );
  let cursor: string | undefined;
  do {
    const page = await list(world.table, { limit: 500, cursor });
    for (const { id } of page.executions) ids.add(id);
    cursor = page.cursor;
  } while (cursor);
  return ids;
}
