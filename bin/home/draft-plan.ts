import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { amountsOf, type NewArtifact } from "../../core/agent/agent.ts";
import type { Tools } from "../../core/agent/tools.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import { NOTHING } from "../../core/budget/amounts.ts";
import { meterOn } from "../../core/budget/meter.ts";
import { canonicalJson, sha256 } from "../../core/digest.ts";
import { configuredFacts } from "../../core/memory/facts.ts";
import { answer } from "../../core/model/answer.ts";
import type { ModelProvider } from "../../core/model/model.ts";
import type { EnvironmentSettings } from "../../core/ports.ts";
import { redactIn } from "../../core/secrets/redact.ts";
import { AtlasError, atlas } from "../../lambdas/atlas/agent.ts";

/** Attempts Atlas has in a pipeline before people are asked. */
const ATTEMPTS = 3;

export interface Draft {
  /** By name; a later attempt's artifact takes the place of an earlier one's. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** Why there is no plan. */
  readonly blocked?: AtlasError;
}

/** Lets Atlas plan a goal outside any execution: nothing is stored and no account is asked. */
export async function draftPlan(
  goal: GoalStatement,
  requestedBy: string,
  models: readonly ModelProvider[],
): Promise<Draft> {
  const settings = ENVIRONMENTS[goal.environment];
  const contents = new Map<string, string>();
  const byHash = new Map<string, string>();
  const keep = ({ name, kind, content }: NewArtifact): Promise<ArtifactRef> => {
    const clean = redactIn(content);
    const text = typeof clean === "string" ? clean : canonicalJson(clean);
    const hash = sha256(text);
    contents.set(name, text);
    byHash.set(hash, text);
    return Promise.resolve({ name, kind, sha256: hash, bytes: Buffer.byteLength(text) });
  };
  const ref = await keep({ name: "goal.json", kind: "GoalStatement", content: goal });
  const call = {
    executionId: "draft",
    idempotencyKey: "draft",
    requestedBy,
    settings,
    simulated: true,
    now: () => new Date(),
  };
  for (let attempt = 1; ; attempt++) {
    const tools = draftTools({ keep, byHash, models, settings });
    try {
      await atlas.run({ goal: ref, attempt, relaxation: null }, tools, call);
      return { artifacts: contents };
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      if (attempt === ATTEMPTS) return { artifacts: contents, blocked: error };
    }
  }
}

type AtlasTools = Pick<Tools, (typeof atlas.tools)[number]>;

const NO_WORKSPACE = "nothing, as a draft belongs to no workspace";

interface Drafting {
  readonly keep: Tools["artifacts.append"];
  readonly byHash: ReadonlyMap<string, string>;
  readonly models: readonly ModelProvider[];
  readonly settings: EnvironmentSettings;
}

/** The tools of one attempt, with the budget that one call of Atlas has in a pipeline. */
function draftTools({ keep, byHash, models, settings }: Drafting): AtlasTools {
  const meter = meterOn(amountsOf(atlas.budget), { spent: NOTHING }, () => new Date());
  return {
    "artifacts.append": keep,
    "artifacts.read": ({ sha256: hash }) => Promise.resolve(byHash.get(hash) ?? ""),
    "model.answer": (question) => answer(models, question, meter),
    "memory.facts": () => Promise.resolve(configuredFacts(settings)),
    "memory.similar": () => Promise.resolve({ precedents: [], comparedBy: NO_WORKSPACE }),
  };
}
