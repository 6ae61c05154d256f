import * as z from "zod";
import { agent } from "../../core/agent/agent.ts";
import { retrospective } from "../../core/artifacts/retrospective.ts";
import { artifactRef } from "../../core/artifacts/vocabulary.ts";
import { OUTCOMES } from "../../core/execution/execution.ts";
import { closesWayBack, outcomeAfter } from "../../core/execution/failure.ts";
import { retrospectiveDocument, runbookDocument } from "./documents.ts";
import { REMEMBERING_TOOLS, rememberChange } from "./remember.ts";
import { lookBack } from "./retrospective.ts";
import { undoable } from "./undoable.ts";

/** Earlier runs a runbook tells of. */
const RUNBOOK_ENTRIES = 20;

/** Looks back on a change however it ended: retrospective, runbook of the stack, and memory for next time. */
export const sweeper = agent({
  name: "sweeper",
  lane: "read_only",
  tools: ["artifacts.append", "timeline.read", "execution.read", "memory.recall", ...REMEMBERING_TOOLS],
  // For vectors of what it remembers.
  budget: { tokens: 20_000, minutes: 1, usd: 0.01 },
  emergency: true,
  input: z.strictObject({
    ending: z.string(),
    outcome: z.enum(OUTCOMES),
    failure: z.object({ Error: z.string(), Cause: z.string().default("") }).nullable(),
  }),
  output: z.strictObject({
    retrospective: artifactRef,
    /** How many artifacts can now be found by what they are like; why not all, when it is not all. */
    memory: z.strictObject({ indexed: z.int(), comparedBy: z.string(), note: z.string().optional() }),
  }),
  run: async ({ ending, failure, ...asked }, tools, { now }) => {
    const outcome = outcomeAfter(asked.outcome, failure);
    const execution = await tools["execution.read"]();
    const events = await tools["timeline.read"]();
    const looked = retrospective.parse(lookBack({ execution, events, ending, failure, outcome, now: now() }));
    const put = tools["artifacts.append"];
    const ref = await put({ name: "retrospective.json", kind: "Retrospective", content: looked });
    const text = retrospectiveDocument(looked);
    await put({ name: "retrospective.md", kind: "Document", content: text });

    const stack = `${execution.environment}/${execution.stack}`;
    const earlier = await tools["memory.recall"](`retrospective#${stack}`, RUNBOOK_ENTRIES);
    const standing = undoable([{ ...looked, outcome }, ...earlier]);
    const closed = standing === execution.id && closesWayBack(failure?.Error);
    const runbookText = runbookDocument(looked, earlier, closed ? undefined : standing);
    const runbook = await put({ name: "runbook.md", kind: "Document", content: runbookText });
    const past = { execution, events, outcome, looked, retrospective: ref, runbook, runbookText };
    return { retrospective: ref, memory: await rememberChange(tools, past) };
  },
});
