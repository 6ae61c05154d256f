import { expect, test } from "vitest";
import { retentionOfAtLeast } from "../../../lib/constructs/log-retention.ts";

test.each([
  [1, 1],
  [2, 3],
  [30, 30],
  [31, 60],
  [400, 400],
  [3653, 3653],
])("logs asked for %i days are kept the %i CloudWatch offers", (asked, offered) => {
  expect(retentionOfAtLeast(asked)).toBe(offered);
});

test("logs asked for longer than CloudWatch counts are kept for ever", () => {
  expect(retentionOfAtLeast(10_000)).toBe(9999);
});
