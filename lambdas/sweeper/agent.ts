import { z } from "zod";
import { agent } from "../../core/agent/agent.ts";
import { retrospective } from "../../core/artifacts/retrospective.ts";
import { artifactRef } from "../../core/artifacts/vocabulary.ts";
import { OUTCOMES } from "../../core/execution/execution.ts";
import { outcomeAfter } from "../../core/execution/failure.ts";
import { retrospectiveDocument, runbookDocument } from "./documents.ts";
import { lookBack } from "./retrospective.ts";

/** Earlier runs a runbook tells of. */
const RUNBOOK_ENTRIES = 20;

/** Looks back on a change however it ended: retrospective, runbook of the stack, and memory for next time. */
export const sweeper = agent({
  name: "sweeper",
  lane: "read_only",
  tools: ["artifacts.append", "timeline.read", "execution.read", "memory.recall", "memory.append"],
  budget: { tokens: 0, minutes: 1, usd: 0 },
  emergency: true,
  input: z.strictObject({
    ending: z.string(),
    outcome: z.enum(OUTCOMES),
    failure: z.object({ Error: z.string(), Cause: z.string().default("") }).nullable(),
  }),
  output: z.strictObject({ retrospective: artifactRef }),
  run: async ({ ending, outcome, failure }, tools, { now }) => {
    const execution = await tools["execution.read"]();
    const events = await tools["timeline.read"]();
    const looked = retrospective.parse(
      lookBack({ execution, events, ending, failure, outcome: outcomeAfter(outcome, failure), now: now() }),
    );
    const put = tools["artifacts.append"];
    const ref = await put({ name: "retrospective.json", kind: "Retrospective", content: looked });
    const text = retrospectiveDocument(looked);
    await put({ name: "retrospective.md", kind: "Document", content: text });

    const stack = `${execution.environment}/${execution.stack}`;
    const earlier = await tools["memory.recall"](`retrospective#${stack}`, RUNBOOK_ENTRIES);
    const runbook = await put({
      name: "runbook.md",
      kind: "Document",
      content: runbookDocument(looked, earlier),
    });
    const { summary } = looked;
    await tools["memory.append"]({
      kind: `retrospective#${stack}`,
      executionId: execution.id,
      summary,
      artifact: ref,
    });
    await tools["memory.append"]({
      kind: `runbook#${stack}`,
      executionId: execution.id,
      summary,
      artifact: runbook,
    });
    return { retrospective: ref };
  },
});
