import type { Retrospective } from "../../core/artifacts/retrospective.ts";
import type { MemoryEntry } from "../../core/memory/memory.ts";

export function retrospectiveDocument(looked: Retrospective): string {
  const { rollback } = looked;
  return `# Retrospective: ${looked.summary}

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
${looked.lessons.length > 0 ? looked.lessons.map((lesson) => `- ${lesson}`).join("\n") : "- none"}
`;
}

function seconds(value: number | null): string {
  return value === null ? "not yet" : `${value} s`;
}

/** The stack's runbook: how its changes went, newest first, and what to do when one goes wrong. */
export function runbookDocument(looked: Retrospective, earlier: readonly MemoryEntry[]): string {
  const history = [
    `- ${looked.endedAt} \`${looked.executionId}\`: ${looked.summary}`,
    ...earlier
      .filter(({ executionId }) => executionId !== looked.executionId)
      .map(({ at, executionId, summary }) => `- ${at} \`${executionId}\`: ${summary}`),
  ];
  return `# Runbook: ${looked.stack} in ${looked.environment}

## When something is wrong
1. See what was done: \`conductor timeline ${looked.executionId}\`.
2. Undo the last change: \`conductor rollback ${looked.executionId}\`, while nothing else has changed the stack.
3. If the stack is stuck, start any change of it: Conductor recognises the state and asks before leading it out.

## How its changes went
${history.join("\n")}

## Lessons of the last one
${looked.lessons.length > 0 ? looked.lessons.map((lesson) => `- ${lesson}`).join("\n") : "- none"}
`;
}
