import { UNKNOWN } from "../template/texts.ts";
import { OWN_PREFIX } from "./policy.ts";

/** Letters of our prefix a pattern must spell to be meant for us, when it begins with a wildcard. */
const TELLING = 4;

/** Whether a text names something of Conductor's, be it by a pattern or with a part only the deployment knows. */
export function namesOwn(text: string): boolean {
  const said = text.toLowerCase();
  return said.includes(OWN_PREFIX) || namesIn(said).some(isMeantForOurs);
}

/** Names within a text that can stand for several. Wildcards count in ARNs; elsewhere a star is just a star. */
function namesIn(text: string): string[] {
  return text.split(/[\s"',[\]{}]+/).flatMap((word) => {
    const isArn = word.startsWith("arn:") || (word.startsWith(UNKNOWN) && word.includes(":"));
    if (!isArn) return word.includes(UNKNOWN) ? named(word.replace(/[*?]/g, "_")) : [];
    const [, , service, , , ...resource] = word.split(":");
    const path = resource.join(":");
    // Of a bucket's keys and an API's paths none is a name of ours.
    return named(service === "s3" || service === "execute-api" ? (path.split("/")[0] ?? "") : path);
  });
}

function named(path: string): string[] {
  return path
    .replaceAll(UNKNOWN, "*")
    .split(/[:/]/)
    .filter((name) => /[*?]/.test(name));
}

/** A pattern for everything is not for ours: it must spell a part of our prefix that others would not have. */
function isMeantForOurs(pattern: string): boolean {
  if (!canMatch(pattern)) return false;
  if (/^[^*?]/.test(pattern)) return true;
  return pattern.split(/[*?]+/).some((run) => run.length >= TELLING && isOfPrefix(run));
}

function isOfPrefix(run: string): boolean {
  if (OWN_PREFIX.includes(run)) return true;
  return Array.from({ length: run.length - TELLING + 1 }, (_, i) => run.slice(0, TELLING + i)).some((start) =>
    OWN_PREFIX.endsWith(start),
  );
}

/** Whether some name that begins with our prefix matches the pattern. */
function canMatch(pattern: string): boolean {
  let at = new Set(skipStars(pattern, 0));
  for (const letter of OWN_PREFIX) {
    const next = [...at].flatMap((place) => {
      if (pattern[place] === "*") return skipStars(pattern, place);
      return pattern[place] === "?" || pattern[place] === letter ? skipStars(pattern, place + 1) : [];
    });
    at = new Set(next);
  }
  return at.size > 0;
}

/** The places in the pattern from which matching can go on: a star may stand for nothing. */
function skipStars(pattern: string, from: number): number[] {
  const places = [from];
  for (let place = from; pattern[place] === "*"; place++) places.push(place + 1);
  return places;
}
