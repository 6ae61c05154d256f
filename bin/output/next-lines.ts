import { closesWayBack } from "../../core/execution/failure.ts";
import { minuteText } from "../../core/minute-text.ts";
import type { ExecutionReport } from "./execution-report.ts";

/** What somebody can do now. */
export function nextLines(report: ExecutionReport): string[] {
  const { gates, executionId, lock, outcome, paused, drivenBy, error } = report;
  if (outcome === "applied" && !closesWayBack(error?.name))
    return [`  undo     npx conductor rollback ${executionId}`];
  if (outcome !== null) return [];
  const onward = drivenBy
    ? `process ${drivenBy.pid} (conductor ${drivenBy.command}) carries it on`
    : "npx conductor resume";
  const open = gates.filter((gate) => gate.status === "open");
  if (open.length > 0) {
    const choices = open.map(({ id }) => `npx conductor approve ${id} --as SOMEBODY-ELSE`);
    const otherwise = "(or reject, with --notes WHY)";
    const reading = report.dossier ? [`  read     npx conductor artifacts ${executionId} dossier.md`] : [];
    return [...reading, ...next(...choices, otherwise, onward)];
  }
  if (paused?.why === "budget") {
    return next(
      `npx conductor budget ${executionId} --as SOMEBODY-ELSE --usd N`,
      "(or --tokens N, --minutes N)",
      onward,
    );
  }
  if (paused?.why === "window") return next(`from ${minuteText(paused.until ?? "")} on: ${onward}`);
  if (paused) return next(`npx conductor unpause ${executionId}`, onward);
  if (lock && lock.place > 0) return next("npx conductor resume, when the stack is free");
  return drivenBy ? [`  now      ${onward}`] : next(onward);
}

function next(...lines: string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? "  next     " : "           "}${line}`);
}
