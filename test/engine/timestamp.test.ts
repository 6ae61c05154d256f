import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTimestamp, parseTimestamp } from "../../engine/timestamp.ts";

describe("a timestamp", () => {
  it.each([
    ["2016-12-05T21:29:29Z", "2016-12-05T21:29:29.000Z"],
    ["2016-12-05T21:29Z", "2016-12-05T21:29:00.000Z"],
    ["2016-12-05T21:29:29.123456789Z", "2016-12-05T21:29:29.123Z"],
    ["2016-12-05T21:29:29-05:30", "2016-12-06T02:59:29.000Z"],
    ["2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ])("%s is %s", (text, expected) => {
    expect(new Date(parseTimestamp(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([
    "2016-12-05 21:29:29Z",
    "2016-12-05T21:29:29",
    "2016-13-05T21:29:29Z",
    "2016-02-30T21:29:29Z",
    "2016-12-05T25:29:29Z",
    "2016-12-05T24:00:00Z",
    "2016-12-05T21:60:29Z",
    "2016-12-05T21:29:60Z",
    "05-12-2016T21:29:29Z",
    "2016-12-05T21:29:29+0200",
    "2016-12-05T21:29:29.1234567890Z",
    "2016-12-05t21:29:29z",
    " 2016-12-05T21:29:29Z",
    "",
  ])("%j is none", (text) => expect(parseTimestamp(text)).toBeUndefined());

  const times = fc.integer({ min: Date.UTC(1, 0), max: Date.UTC(9999, 11, 31) });
  it("that a Date writes is read back", () => {
    fc.assert(fc.property(times, (time) => parseTimestamp(new Date(time).toISOString()) === time));
  });

  it("that is written is read back, and has no fraction where there is none", () => {
    fc.assert(fc.property(times, (time) => parseTimestamp(formatTimestamp(time)) === time));
    expect(formatTimestamp(0)).toBe("1970-01-01T00:00:00Z");
    expect(formatTimestamp(120)).toBe("1970-01-01T00:00:00.120Z");
  });
});
