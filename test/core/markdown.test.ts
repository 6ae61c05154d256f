import fc from "fast-check";
import { expect, test } from "vitest";
import { verbatim } from "../../core/markdown.ts";

test.each([
  ["plain words", "plain words", "`plain words`"],
  ["a link", "[click](https://evil.example)", "`[click](https://evil.example)`"],
  ["several lines", "one\n## two\r\nthree", "`one ## two three`"],
  ["code of its own", "run `rm -rf /` now", "``run `rm -rf /` now``"],
  ["code at its ends", "`a`", "`` `a` ``"],
  ["nothing", "", "` `"],
])("%s stands in a line as it is", (_what, text, written) => {
  expect(verbatim(text)).toBe(written);
});

test("no text can end the quotation it stands in", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("`", "a", " ", "\n", "[") }), (text) => {
      const line = verbatim(text);
      const [fence = ""] = /^`+/.exec(line) ?? [];
      expect(line).not.toContain("\n");
      expect(line.endsWith(fence)).toBe(true);
      const within = line.slice(fence.length, -fence.length);
      expect([...within.matchAll(/`+/g)].map(([run]) => run.length)).not.toContain(fence.length);
    }),
  );
});
