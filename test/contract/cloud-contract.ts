import { describe } from "vitest";
import type { OpenBench } from "./cloud-bench.ts";
import { changeSetCases } from "./cloud-change-sets.ts";
import { operationCases } from "./cloud-operations.ts";
import { readingCases } from "./cloud-reading.ts";
import { sessionCases } from "./cloud-sessions.ts";

/** What every adapter of the cloud port keeps, case by case the same. */
export function cloudContract(name: string, open: OpenBench): void {
  describe(`the cloud port on ${name}`, () => {
    readingCases(open);
    changeSetCases(open);
    operationCases(open);
    sessionCases(open);
  });
}
