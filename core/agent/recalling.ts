import type { Environment } from "../artifacts/vocabulary.ts";
import type { MemoryEntry } from "../memory/memory.ts";
import type { Precedent, RememberedFacts } from "../memory/remembered.ts";
import type { Tools } from "./tools.ts";

export const RECALLING_TOOLS = ["memory.facts", "memory.similar", "memory.recall"] as const;
type RecallingTools = Pick<Tools, (typeof RECALLING_TOOLS)[number]>;

interface Subject {
  readonly environment: Environment;
  readonly stack: string;
}

/** Precedents of other stacks, beside what there is of the same one. */
const MOST_SIMILAR = 3;

/** What is known of a stack, its own runbook, and what is most like a text: for people, and for nothing else. */
export async function recallFor(
  tools: RecallingTools,
  { environment, stack }: Subject,
  text: string,
): Promise<RememberedFacts> {
  const [facts, runbooks, similar] = await Promise.all([
    tools["memory.facts"](),
    tools["memory.recall"](`runbook#${environment}/${stack}`, 1),
    tools["memory.similar"](text, MOST_SIMILAR + 1),
  ]);
  const own = runbooks.map((entry) => runbookOf(entry, { environment, stack }));
  const others = similar.precedents.filter(
    ({ artifact }) => !own.some((one) => one.artifact.sha256 === artifact.sha256),
  );
  return {
    facts: [...facts],
    precedents: [...own, ...others.slice(0, MOST_SIMILAR)],
    comparedBy: similar.comparedBy,
    ...(similar.note !== undefined && { note: similar.note }),
  };
}

function runbookOf(
  { executionId, at, summary, outcome, artifact }: MemoryEntry,
  subject: Subject,
): Precedent {
  const about = { ...subject, kind: "runbook", executionId, at, summary, artifact } as const;
  return { ...about, ...(outcome && { outcome }), similarity: null };
}
