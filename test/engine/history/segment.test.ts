import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detailsName, EVENT_TYPES, type HistoryEvent } from "../../../engine/history/event.ts";
import { decodeSegment, encodeSegment } from "../../../engine/history/segment.ts";

const payload = fc.constantFrom("{}", '{"a":1}', '"0"', "0", "null", "x".repeat(50));
const details = fc.record(
  { name: fc.string(), input: payload, output: payload, parameters: payload, length: fc.nat() },
  { requiredKeys: [] },
);
const events = fc
  .array(
    fc.record({
      type: fc.constantFrom(...EVENT_TYPES),
      delay: fc.nat(100_000),
      back: fc.integer({ min: 0, max: 20 }),
      details: fc.option(details, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) =>
    rows.map(
      ({ type, delay, back, details }, index): HistoryEvent => ({
        timestamp: 1_767_225_600_000 + delay,
        type,
        id: 21 + index,
        previousEventId: 21 + index - back,
        ...(details ? { [detailsName(type)]: details } : {}),
      }),
    ),
  );

describe("a segment of a history", () => {
  it("gives back the events it was made of", () => {
    fc.assert(
      fc.property(events, (some) => {
        expect(decodeSegment(encodeSegment(some), 21)).toEqual(some);
      }),
    );
  });

  it("holds a payload that is passed on only once", () => {
    const big = JSON.stringify("y".repeat(1_000));
    const passedOn: HistoryEvent[] = [
      {
        timestamp: 0,
        type: "PassStateExited",
        id: 1,
        previousEventId: 0,
        stateExitedEventDetails: { name: "A", output: big },
      },
      {
        timestamp: 0,
        type: "PassStateEntered",
        id: 2,
        previousEventId: 1,
        stateEnteredEventDetails: { name: "B", input: big },
      },
      {
        timestamp: 0,
        type: "PassStateExited",
        id: 3,
        previousEventId: 2,
        stateExitedEventDetails: { name: "B", output: big },
      },
    ];
    expect(encodeSegment(passedOn).length).toBeLessThan(1_200);
  });
});

describe("the types of events", () => {
  it("keep their places, because histories hold them as numbers", () => {
    expect([
      EVENT_TYPES.indexOf("ExecutionStarted"),
      EVENT_TYPES.indexOf("TaskScheduled"),
      EVENT_TYPES.indexOf("EvaluationFailed"),
    ]).toEqual([0, 34, 45]);
  });
});
