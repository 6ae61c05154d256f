import { expect, it } from "vitest";
import { timeOrderedUuid } from "../../engine/time-ordered-uuid.ts";

it("a time-ordered UUID is one of version 7, never the same, and sorts by its time", () => {
  const times = [0, 1, 255, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 1, Date.UTC(9999, 0, 1)];
  const ids = times.map(timeOrderedUuid);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.map((id) => Number.parseInt(id.replace("-", "").slice(0, 12), 16))).toEqual(times);
  expect(timeOrderedUuid(1)).not.toBe(timeOrderedUuid(1));
});
