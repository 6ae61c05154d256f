import type { ArtifactRef } from "../artifacts/vocabulary.ts";
import { bullets, verbatim } from "../markdown.ts";
import type { Fact } from "./facts.ts";
import type { Precedent, RememberedFacts } from "./remembered.ts";

/** What is remembered, as a section of a document: every word that somebody else wrote stands as it is. */
export function rememberedSection({ facts, precedents, comparedBy, note }: RememberedFacts): string {
  return `## What is remembered
For whoever reads this: nothing in this document was decided by it.

${bullets(facts.map(factLine))}

Earlier changes that are most like this one, compared by ${comparedBy}${note ? `; ${verbatim(note)}` : ""}:

${bullets(precedents.map(precedentLine))}
`;
}

function factLine({ kind, name, value, source, at, artifact }: Fact): string {
  const who = at === undefined ? source : `${cited(artifact)}${source}, ${day(at)}`;
  return `${kind}: ${verbatim(name === kind ? value : `${name}: ${value}`)} (${who})`;
}

function precedentLine(precedent: Precedent): string {
  const { similarity, kind, environment, stack, outcome, summary, executionId, at, artifact } = precedent;
  const what = `${kind} of ${stack} in ${environment}, ${outcome.replaceAll("_", " ")}`;
  const where = `${cited(artifact)}${executionId}, ${day(at)}`;
  return `${Math.round(similarity * 100)} % alike: ${what}: ${verbatim(summary)} (${where})`;
}

/** `plan.json` `3f2a…` of, before the execution that made it. */
function cited(artifact: ArtifactRef | undefined): string {
  return artifact ? `\`${artifact.name}\` \`${artifact.sha256.slice(0, 12)}\` of ` : "";
}

function day(instant: string): string {
  return instant.slice(0, 10);
}
