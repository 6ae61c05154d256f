import type { Gate } from "../gate/gate.ts";
import { keys } from "../table/keys.ts";
import type { Write } from "../table/table.ts";
import type { Execution } from "./execution.ts";

/** A figure about the workspace that is worth a graph. */
export interface Measure {
  readonly name: "WorkingTime" | "GateWaiting" | "Applied" | "Recovered" | "NotApplied" | "Broken";
  readonly unit: "Milliseconds" | "Seconds" | "Count";
  readonly value: number;
}

const RECORD = keys.execution("").sk;
const GATES = keys.gate("", "").pk;

/**
 * What writes tell of: how long an execution's agents have worked so far, how long a gate has waited for people when
 * it is decided, and how an execution ended.
 */
export function measuresIn(writes: readonly Write[], now: Date): Measure[] {
  return writes.flatMap((write) => {
    if (!("put" in write)) return [];
    const { pk, sk, attributes } = write.put;
    if (sk === RECORD) return ofExecution(attributes as unknown as Execution);
    return pk.startsWith(GATES) ? ofGate(attributes as unknown as Gate, now) : [];
  });
}

/** Ends that nobody wished for: something broke, or what was applied failed and was taken back. */
function isBroken({ outcome, rollback }: Execution): boolean {
  if (outcome === "failed" || outcome === "stuck") return true;
  return outcome === "rolled_back" && rollback?.cause === "failure";
}

function ofExecution(execution: Execution): Measure[] {
  const { spent, endedAt, outcome } = execution;
  const worked: Measure = { name: "WorkingTime", unit: "Milliseconds", value: spent.milliseconds };
  if (!endedAt) return [worked];
  const ended = outcome === "applied" ? "Applied" : outcome === "rolled_back" ? "Recovered" : "NotApplied";
  const broken: Measure = { name: "Broken", unit: "Count", value: isBroken(execution) ? 1 : 0 };
  return [worked, { name: ended, unit: "Count", value: 1 }, broken];
}

function ofGate({ status, openedAt }: Gate, now: Date): Measure[] {
  if (status === "open") return [];
  const seconds = (now.getTime() - Date.parse(openedAt)) / 1_000;
  return [{ name: "GateWaiting", unit: "Seconds", value: Math.max(0, Math.round(seconds)) }];
}
