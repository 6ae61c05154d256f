import type { Retrospective, RollbackTimes } from "../../core/artifacts/retrospective.ts";
import { bullets, inline } from "../../core/markdown.ts";
import type { MemoryEntry } from "../../core/memory/memory.ts";

export function retrospectiveDocument(looked: Retrospective): string {
  const { rollback } = looked;
  return `# Retrospective: ${inline(looked.summary)}

| | |
|---|---|
| Ended | ${looked.ending}, ${looked.outcome} |
| From, to | ${looked.startedAt}, ${looked.endedAt} |
| Waited for people | ${looked.waitedForPeopleSeconds} s |
| Applied in | ${looked.appliedSeconds === null ? "not applied" : `${looked.appliedSeconds} s`} |
| Resources changed | ${looked.resourcesChanged} |
| Tokens, cost | ${looked.tokensUsed}, $${looked.costUsd} |
${
  rollback
    ? `
## Rollback
Called by ${rollback.cause === "failure" ? "a failure" : "a person"} at ${rollback.calledAt}; ${courseOf(rollback)}.
`
    : ""
}
## Lessons
${bullets(looked.lessons)}
`;
}

/** How far a rollback came that is over. */
function courseOf({
  beganAfterSeconds: began,
  finishedAfterSeconds: finished,
  withinLimits,
}: RollbackTimes): string {
  if (began === null) return "nothing was undone";
  const end = finished === null ? "did not finish" : `finished after ${finished} s`;
  const missed = withinLimits === false ? "; **limits missed**" : "";
  return `began after ${began} s, ${end} (limits: 300 s and 900 s)${missed}`;
}

/** The stack's runbook: how its changes went, newest first, and what to do when one goes wrong. */
export function runbookDocument(
  looked: Retrospective,
  earlier: readonly MemoryEntry[],
  undoable: string | undefined,
): string {
  const history = [
    `${looked.endedAt} \`${looked.executionId}\`: ${looked.summary}`,
    // What was undone is one entry; an undoing that was refused stands beside the change it left as it was.
    ...earlier
      .filter(({ executionId }) => executionId !== looked.executionId || looked.outcome === "applied")
      .map(({ at, executionId, summary }) => `${at} \`${executionId}\`: ${summary}`),
  ];
  return `# Runbook: ${looked.stack} in ${looked.environment}

## When something is wrong
1. See what was done: \`conductor timeline ${looked.executionId}\`.
2. ${undoable ? `Undo the last change that stands: \`conductor rollback ${undoable}\`, while nothing else has changed the stack.` : "No change of Conductor's stands that could be undone: start one that brings back what you need."}
3. If the stack is stuck, start any change of it: Conductor recognises the state and asks before leading it out.

## How its changes went
${bullets(history)}

## Lessons of the last one
${bullets(looked.lessons)}
`;
}
