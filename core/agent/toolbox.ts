import { attachedTo } from "../artifacts/attached.ts";
import { artifactText } from "../artifacts/text.ts";
import type { ArtifactRef } from "../artifacts/vocabulary.ts";
import type { Amounts } from "../budget/amounts.ts";
import { meterOn } from "../budget/meter.ts";
import type { Clock } from "../clock.ts";
import type { Cloud, CloudPlanner } from "../cloud/cloud.ts";
import { canonicalJson } from "../digest.ts";
import type { Execution } from "../execution/execution.ts";
import { find } from "../execution/executions.ts";
import type { MemoryEntry } from "../memory/memory.ts";
import { answer } from "../model/answer.ts";
import type { World } from "../ports.ts";
import { redactIn } from "../secrets/redact.ts";
import type { DeferredWrite } from "../table/deferred-write.ts";
import type { TimelineEvent } from "../timeline/chain.ts";
import { readChain } from "../timeline/record.ts";
import type { NewArtifact } from "./agent.ts";
import { memoryTools } from "./memory-tools.ts";
import type { Tools } from "./tools.ts";

/** What one call of an agent leaves behind, kept until it is stored together with its result. */
export interface Evidence {
  readonly artifacts: ArtifactRef[];
  readonly memories: MemoryEntry[];
  /** What else is written with it. */
  readonly writes: DeferredWrite[];
  spent: Amounts;
  /** Milliseconds it waited for CloudFormation, which are not its own. */
  waited: number;
}

interface ToolboxOptions {
  readonly world: World;
  /** As it was when the call began. */
  readonly execution: Execution;
  readonly cloud: Cloud;
  /** What was reserved for this call. */
  readonly reserved: Amounts;
  readonly evidence: Evidence;
}

/** All tools, bound to one call: everything appended lands in `evidence`, everything spent on its meter. */
export function toolbox({ world, execution, cloud, reserved, evidence }: ToolboxOptions): Tools {
  const { id: executionId } = execution;
  const meter = meterOn(reserved, evidence, () => world.clock.now());
  return {
    "artifacts.read": async (ref) => await artifactText(world.artifacts, ref.sha256),
    "artifacts.append": async (artifact) => {
      const ref = await storeArtifact(world, artifact);
      evidence.artifacts.push(ref);
      return ref;
    },
    "artifacts.list": () => attachedTo(world.table, executionId),
    "execution.read": () => find(world.table, executionId),
    "timeline.read": async () => {
      const events: TimelineEvent[] = [];
      for await (const event of readChain(world.table, executionId)) events.push(event);
      return events;
    },
    ...memoryTools({ world, execution, meter, evidence }),
    "model.answer": (question) => answer(world.models, question, meter),
    "cloud.read": () => cloud.reader(),
    "cloud.plan": () => waitingFor(cloud.planner(), world.clock, evidence),
    "cloud.apply": (session) => cloud.applier(session),
  };
}

/** The same planner; the time CloudFormation takes to compute a change set is counted apart. */
function waitingFor(planner: CloudPlanner, clock: Clock, evidence: Evidence): CloudPlanner {
  return {
    ...planner,
    createChangeSet: async (request) => {
      const since = clock.now().getTime();
      try {
        return await planner.createChangeSet(request);
      } finally {
        evidence.waited += clock.now().getTime() - since;
      }
    },
  };
}

async function storeArtifact(
  world: World,
  { name, kind, content, verbatim }: NewArtifact,
): Promise<ArtifactRef> {
  const { sha256, bytes } = await world.artifacts.put(textOf(verbatim ? content : redactIn(content)));
  return { name, kind, sha256, bytes };
}

function textOf(content: string | object): string {
  return typeof content === "string" ? content : canonicalJson(content);
}
