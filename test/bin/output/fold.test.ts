import { expect, test } from "vitest";
import { fold } from "../../../bin/output/fold.ts";

const LINE = "  risk     low because nothing that holds data is touched";

test("a line that is too long is broken between words and hangs under its text", () => {
  expect(fold(LINE, 36)).toBe("  risk     low because nothing that\n           holds data is touched");
  expect(fold("             → take a snapshot first", 27)).toBe(
    "             → take a\n             snapshot first",
  );
});

test("colours take no room", () => {
  const green = LINE.replace("low", "\u001b[32mlow\u001b[39m");
  expect(fold(green, LINE.length)).toBe(green);
});

test("a word longer than the line stays whole", () => {
  expect(fold("  digest   0123456789abcdef", 20)).toBe("  digest   0123456789abcdef");
});

test("a line that fits, a command, and whatever nobody looks at stay as they are", () => {
  const command = "  next     npx conductor approve gate_1 --as SOMEBODY-ELSE";
  expect([fold(LINE, LINE.length), fold(command, 20), fold(LINE, undefined)]).toEqual([LINE, command, LINE]);
});
