import { type Dossier, dossier } from "../../../core/artifacts/dossier.ts";
import { type ChangeReport, changeReport } from "../../../core/artifacts/validation-report.ts";
import { type Verdict, verdict } from "../../../core/artifacts/verdict.ts";
import type { ArtifactRef } from "../../../core/artifacts/vocabulary.ts";
import { handler } from "../../../lambdas/critic/handler.ts";
import { handler as sentinel } from "../../../lambdas/sentinel/handler.ts";
import { type Proposal, underReview } from "../../support/reviews.ts";

export interface Answer {
  readonly decision: string;
  readonly dossier: ArtifactRef;
  readonly digest: string;
  readonly summary: string;
  readonly gates: readonly object[];
}

/** A change that Sentinel has judged, with the report altered as a test wants it. */
export async function reported(
  proposal: Proposal = {},
  altered: (report: ChangeReport) => object = (as) => as,
) {
  const { desk, refs, made } = await underReview(proposal);
  await desk.call(sentinel, refs);
  const judged = changeReport.parse(await desk.json("validation-report.json"));
  const report = await desk.lay("validation-report.json", "ValidationReport", altered(judged));
  return { desk, made, refs: { ...refs, report } };
}

interface Reviewed {
  readonly answer: Answer;
  readonly said: Dossier;
  readonly word: Verdict;
}

export async function reviewed(...[proposal, altered]: Parameters<typeof reported>): Promise<Reviewed> {
  const { desk, refs } = await reported(proposal, altered);
  const answer = await desk.call<Answer>(handler, refs);
  const word = verdict.parse(await desk.json("verdict.json"));
  return { answer, said: dossier.parse(await desk.json("dossier.json")), word };
}

/** A stack whose present template could not be read, so that nothing could bring it back. */
export function unreadable() {
  return {
    stackStatus: "UPDATE_COMPLETE",
    lastUpdatedAt: null,
    template: null,
    parameters: {},
    tags: {},
    drift: [],
  };
}
