import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { documentOf } from "../support/fault-matrix/document.ts";
import {
  copies,
  faultMatrix,
  INJECTED,
  isKnownAsCopy,
  lost,
  PORTS,
  type Row,
} from "../support/fault-matrix/matrix.ts";
import { doubled, type Met, missing, situationsMet } from "../support/fault-matrix/situations.ts";
import { describeWire } from "../support/moto.ts";

/** Most of it is waiting for calls that hang. */
const WHOLE_MATRIX_MS = 300_000;

describeWire("every port under every fault", (moto) => {
  let rows: readonly Row[] = [];
  let met: readonly Met[] = [];
  beforeAll(async () => {
    rows = await faultMatrix(moto());
    met = await situationsMet(moto());
  }, WHOLE_MATRIX_MS);

  test("is tried", () => {
    expect(rows).toHaveLength(PORTS.length * INJECTED.length);
  });

  test("loses nothing that it said was done", () => {
    expect(rows.filter(lost).map(({ on, injected }) => [on.port, injected])).toEqual([]);
  });

  test("doubles nothing that cannot be told from its double", () => {
    const doubled = rows.filter((row) => copies(row) > 1 && !isKnownAsCopy(row));
    expect(doubled.map(({ on, injected }) => [on.port, injected])).toEqual([]);
  });

  test("works again once the fault has passed", () => {
    const failing = rows.filter(({ again }) => again !== undefined && again.there.length === 0);
    expect(failing.map(({ on, injected }) => [on.port, injected])).toEqual([]);
  });

  test("loses nothing when two come at once, a batch fails in part, something is too large or a list is long", () => {
    expect(met.filter((one) => missing(one) !== 0).map(({ situation }) => situation)).toEqual([]);
    const doubles = new Set(PORTS.filter((port) => port.doubles).map(({ port }) => port));
    const untold = met.filter((one) => doubled(one) && !doubles.has(one.situation.port));
    expect(untold.map(({ situation }) => situation)).toEqual([]);
  });

  test("is what docs/fault-matrix.md says (`npm run fault-matrix` writes it anew)", () => {
    const file = join(import.meta.dirname, "../../docs/fault-matrix.md");
    expect(documentOf(rows, met)).toBe(readFileSync(file, "utf8"));
  });
});
