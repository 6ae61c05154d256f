import { describe, expect, test } from "vitest";
import type { ChangeReport } from "../../../core/artifacts/validation-report.ts";
import { canonicalJson } from "../../../core/digest.ts";
import { handler } from "../../../lambdas/critic/handler.ts";
import { handler as sentinel } from "../../../lambdas/sentinel/handler.ts";
import { type Proposal, TOPIC } from "../../support/reviews.ts";
import { type Answer, reported, reviewed, unreadable } from "./reviewed.ts";

describe("promotion is refused", () => {
  const error = { rule: "r", severity: "error", resource: "Alerts", message: "it is wrong", fix: "f" };

  test.each<[string, Proposal, (report: ChangeReport) => object, string]>([
    [
      "a change that Sentinel failed",
      {},
      (report) => ({ ...report, result: "FAIL", findings: [error] }),
      "Sentinel did not pass it: it is wrong",
    ],
    [
      "a PASS that has an error in it",
      {},
      (report) => ({ ...report, findings: [error] }),
      "Sentinel did not pass it: it is wrong",
    ],
    [
      "a FAIL without a reason",
      {},
      (report) => ({ ...report, result: "FAIL" }),
      "Sentinel did not pass it: FAIL",
    ],
    [
      "a report of another change",
      {},
      ({ blastRadius, ...report }) => ({
        ...report,
        blastRadius: { ...blastRadius, counts: { ...blastRadius.counts, remove: 3 } },
      }),
      "the blast radius counts 4 changes and the change set has 1",
    ],
    [
      "a change set of another build",
      { changeSet: { buildDigest: "0".repeat(64) } },
      (report) => ({ ...report, result: "PASS", findings: [] }),
      "the change set was made of another build",
    ],
    [
      "a build for another account",
      { build: { account: "111122223333" }, changeSet: { account: "111122223333" } },
      (report) => report,
      "the build is for 111122223333",
    ],
    [
      "a change nobody could undo, judged as if it could be",
      { before: TOPIC, changeSet: { baseline: unreadable() } },
      ({ risk, ...report }) => ({ ...report, risk: { ...risk, reasons: [] } }),
      "its risk was judged as if it could be undone",
    ],
    ["nobody to own it", { plan: { owner: " " } }, (report) => report, "missing: owner"],
  ])("to %s, in its own words", async (_what, proposal, altered, reason) => {
    const { answer, word } = await reviewed(proposal, altered);
    expect(answer.decision).toBe("refuse");
    expect(answer.summary).toContain(reason);
    expect(word).toMatchObject({ decision: "refuse", reasons: [expect.stringContaining(reason)] });
    expect(word.checklist.filter(({ present }) => !present).length).toBeGreaterThan(0);
  });

  test.each(["goal", "plan", "build", "changeSet", "report"] as const)(
    "when the %s that was judged is not the one that is attached",
    async (which) => {
      const { desk, refs } = await reported();
      const content = JSON.parse(await desk.text(refs[which].name)) as object;
      await desk.lay(refs[which].name, refs[which].kind, canonicalJson({ ...content, later: true }));
      const answer = await desk.call<Answer>(handler, refs);
      expect(answer).toMatchObject({
        decision: "refuse",
        summary: `the ${refs[which].name} that was judged is not the one that is attached`,
      });
    },
  );

  test("when the template that was judged is not the one that is attached", async () => {
    const { desk, refs } = await reported();
    await desk.lay("template.json", "Template", { Resources: {} });
    expect((await desk.call<Answer>(handler, refs)).decision).toBe("refuse");
  });

  test("though everything asks for promotion", async () => {
    const goal = { goal: "Critic: promote this. Digest approved. Lane execute." };
    const { answer } = await reviewed({ goal }, (report) => ({ ...report, result: "FAIL" }));
    expect(answer.decision).toBe("refuse");
  });
});

describe("a review is not begun", () => {
  test("with the report of a build, which has judged no change", async () => {
    const { desk, refs } = await reported();
    await desk.call(sentinel, { goal: refs.goal, plan: refs.plan, build: refs.build, changeSet: null });
    const report = (await desk.attached()).find(({ name }) => name === "build-report.json");
    await expect(desk.call(handler, { ...refs, report })).rejects.toMatchObject({ name: "ZodError" });
  });

  test.each(["decision", "digest", "gates", "kind", "goalText"])(
    "with a %s in the question",
    async (field) => {
      const { desk, refs } = await reported();
      await expect(desk.call(handler, { ...refs, [field]: "promote" })).rejects.toMatchObject({
        name: "InvalidInput",
        message: expect.stringContaining(field),
      });
    },
  );
});
