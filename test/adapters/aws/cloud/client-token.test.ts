import fc from "fast-check";
import { expect, test } from "vitest";
import { clientToken } from "../../../../adapters/aws/cloud/client-token.ts";

test("any idempotency key makes a token that CloudFormation takes", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (key) => {
      expect(clientToken(key)).toMatch(/^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/);
    }),
  );
});

test("keys that differ, if only in characters a token cannot hold, make tokens that differ", () => {
  const tokens = [
    "exec_1/Apply/0",
    "exec_1/Apply/1",
    "exec-1/Apply/0",
    `${"x".repeat(300)}1`,
    `${"x".repeat(300)}2`,
  ].map(clientToken);
  expect(new Set(tokens).size).toBe(tokens.length);
  expect(clientToken("exec_1/Apply/0")).toBe(tokens[0]);
});

test("a token tells which step it is of", () => {
  expect(clientToken("exec_1a/ApplyChange/0")).toMatch(/^conductor-exec-1a-ApplyChange-0-/);
});
