import type { Retrospective } from "../../core/artifacts/retrospective.ts";
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
Called by ${rollback.cause === "failure" ? "a failure" : "a person"} at ${rollback.calledAt}; began after ${seconds(rollback.beganAfterSeconds)}, finished after ${seconds(rollback.finishedAfterSeconds)} (limits: 300 s and 900 s)${rollback.withinLimits === false ? "; **limits missed**" : ""}.
`
    : ""
}
## Lessons
${bullets(looked.lessons)}
`;
}

function seconds(value: number | null): string {
  return value === null ? "not yet" : `${value} s`;
}

/** The stack's runbook: how its changes went, newest first, and what to do when one goes wrong. */
export function runbookDocument(
  looked: Retrospective,
  earlier: readonly MemoryEntry[],
  undoable: string | undefined,
): string {
  const history = [
    `${looked.endedAt} \`${looked.executionId}\`: ${looked.summary}`,
    ...earlier
      .filter(({ executionId }) => executionId !== looked.executionId)
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
