import { bullets, verbatim } from "../markdown.ts";
import type { Fact } from "./facts.ts";
import type { Precedent, RememberedFacts } from "./remembered.ts";

/** What is remembered, as a section of a document: every word that somebody else wrote stands as it is. */
export function rememberedSection({ facts, precedents, comparedBy, note }: RememberedFacts): string {
  return `## What is remembered
For whoever reads this: nothing in this document was decided by it.

${bullets(facts.map(factLine))}

Earlier changes of this stack, and those most like this one, compared by ${comparedBy}${note ? `; ${verbatim(note)}` : ""}:

${bullets(precedents.map(precedentLine))}
`;
}

function factLine({ kind, name, value, source, at }: Fact): string {
  const who = at === undefined ? source : `${source}, ${day(at)}`;
  return `${kind}: ${verbatim(name === kind ? value : `${name}: ${value}`)} (${who})`;
}

function precedentLine({
  similarity,
  kind,
  environment,
  stack,
  outcome,
  summary,
  ...where
}: Precedent): string {
  const { executionId, at, artifact } = where;
  const near = similarity === null ? "the same stack" : `${Math.round(similarity * 100)} % alike`;
  const ended = outcome ? `, ${outcome.replaceAll("_", " ")}` : "";
  const cited = `\`${artifact.name}\` \`${artifact.sha256.slice(0, 12)}\` of \`${executionId}\`, ${day(at)}`;
  return `${near}: ${kind} of ${stack} in ${environment}${ended}: ${verbatim(summary)} (${cited})`;
}

function day(instant: string): string {
  return instant.slice(0, 10);
}
