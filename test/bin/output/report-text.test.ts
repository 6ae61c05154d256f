import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { executionReport } from "../../../bin/output/execution-report.ts";
import { reportText } from "../../../bin/output/report-text.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { AT, anExecution, minutesAfter } from "../../support/records.ts";
import { testHome } from "../../support/workspace.ts";

/** What people are shown of an execution. */
async function shown(changes: Partial<Execution>): Promise<string> {
  const home = testHome();
  const report = await executionReport(home, anExecution(changes));
  return stripVTControlCharacters(reportText(report));
}

const APPLIED = { status: "completed", changeStatus: "DONE", outcome: "applied", endedAt: AT } as const;
const UNDO = "undo     npx conductor rollback exec_1";

describe("an applied change", () => {
  test("is shown with how to undo it", async () => {
    expect(await shown(APPLIED)).toContain(UNDO);
  });

  const refused = (name: string): Partial<Execution> => ({
    ...APPLIED,
    rollback: { cause: "requested", calledAt: AT, calledBy: "ada" },
    error: { name, message: "shop was changed since; start a new change" },
  });

  test.each(["ApprovalVoid", "LawBroken"])(
    "is not said to be undone in a way that was refused (%s)",
    async (name) => {
      const text = await shown(refused(name));
      expect(text).toContain("rollback was refused; nothing was undone");
      expect(text).toContain(`${name}: shop was changed since; start a new change`);
      expect(text).not.toContain("undo  ");
      expect(text).not.toContain("not yet");
    },
  );

  test("may be undone after a refusal whose cause can go away", async () => {
    expect(await shown(refused("WrongAccount"))).toContain(UNDO);
  });

  test("whose undoing CloudFormation rolled back is shown with a rollback that never finished", async () => {
    const rollback = { cause: "requested", calledAt: AT, beganAt: minutesAfter(1).toISOString() } as const;
    const error = { name: "UndoFailed", message: "CloudFormation left it as it was" };
    const text = await shown({ ...APPLIED, rollback, error });
    expect(text).toContain("rollback began after 60 s, finished never");
    expect(text).toContain(UNDO);
  });
});

test("a rollback on its way has not begun or finished yet", async () => {
  const text = await shown({
    changeStatus: "ROLLBACK",
    rollback: { cause: "requested", calledAt: AT },
  });
  expect(text).toContain("rollback began not yet, finished not yet");
});
