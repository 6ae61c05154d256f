import { loadSpecification } from "../adapters/embedded/sandbox/change-set/recreation.ts";
import { CORPUS } from "../test/corpus/corpus.ts";
import { judged, tableOf } from "../test/corpus/judge.ts";

/** Judges the labelled corpus and prints how many were stopped and passed, and which wrongly. */
const outcomes = await judged(CORPUS, { recreation: loadSpecification });
console.log(tableOf(outcomes));
process.exitCode = outcomes.every(({ isRight }) => isRight) ? 0 : 1;
