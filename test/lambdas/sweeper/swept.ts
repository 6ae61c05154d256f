import { type Retrospective, retrospective } from "../../../core/artifacts/retrospective.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { record } from "../../../core/timeline/record.ts";
import { handler } from "../../../lambdas/sweeper/handler.ts";
import { type AgentDesk, agentDesk } from "../../support/agent-desk.ts";
import { anExecution, minutesAfter } from "../../support/records.ts";

/** Minutes after the beginning, what happened, and its particulars. */
export type Happening = readonly [minutes: number, type: string, data?: Record<string, unknown>];

export interface Run {
  readonly execution?: Partial<Execution>;
  readonly happened?: readonly Happening[];
  readonly ending?: string;
  readonly outcome?: string;
  readonly failure?: { readonly Error: string; readonly Cause?: string } | null;
}

/** When the Sweeper looks back, in minutes after the beginning. */
export const LOOKED_AFTER = 60;

export const APPLIED = { ending: "DONE", outcome: "applied", failure: null } as const;

/** An execution whose record tells what happened, an hour after it began. */
export async function afterwards({ execution, happened = [] }: Run = {}): Promise<AgentDesk> {
  const desk = await agentDesk(anExecution(execution));
  for (const [minutes, type, data = {}] of happened) {
    const at = minutesAfter(minutes).toISOString();
    await atomically(desk.world.table, (unit) => record(unit, "exec_1", { at, type, actor: "test", data }));
  }
  desk.clock.advance(LOOKED_AFTER * 60_000);
  return desk;
}

export async function lookedBack(run: Run = {}): Promise<{ desk: AgentDesk; looked: Retrospective }> {
  const { ending, outcome, failure } = { ...APPLIED, ...run };
  const desk = await afterwards(run);
  await desk.call(handler, { ending, outcome, failure });
  return { desk, looked: retrospective.parse(await desk.json("retrospective.json")) };
}

/** A resource, or the stack itself, has come to a status. */
export function progress(minutes: number, logicalId: string, status: string, more: object = {}): Happening {
  return [minutes, "apply.progress", { logicalId, status, isStack: logicalId === "shop", ...more }];
}
