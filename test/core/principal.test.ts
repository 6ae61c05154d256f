import fc from "fast-check";
import { expect, test } from "vitest";
import { principalOf } from "../../core/principal.ts";

test.each([
  ["Ada", "ada"],
  ["  ada ", "ada"],
  ["ADA@Example.COM", "ada@example.com"],
  ["ａｄａ", "ada"],
  ["ada\u200a", "ada"],
  ["\u212Aen", "ken"],
])("%j is one person under one spelling", (name, principal) => {
  expect(principalOf(name)).toBe(principal);
});

test.each([
  ["nobody", ""],
  ["blanks", "   "],
  ["a Cyrillic а that looks like ada", "\u0430da"],
  ["an invisible character", "a\u200bda"],
  ["a change of direction", "\u202eada"],
  ["a combining accent", "a\u0301da"],
  ["a space inside", "ada lovelace"],
  ["a line break", "ada\nroot"],
  ["a null character", "ada\u0000"],
  ["punctuation first", ".ada"],
  ["more than 128 characters", "a".repeat(129)],
])("%s is no user name", (_what, name) => {
  expect(() => principalOf(name)).toThrow(expect.objectContaining({ name: "InvalidPrincipal" }));
});

test("the one spelling is its own spelling, and two spellings of one name are one person", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._@+-]{0,30}$/), fc.array(fc.boolean()), (name, upper) => {
      const spelled = [...name].map((letter, i) => (upper[i] ? letter.toUpperCase() : letter)).join("");
      expect(principalOf(spelled)).toBe(principalOf(name));
      expect(principalOf(principalOf(name))).toBe(principalOf(name));
    }),
  );
});

test("whatever is given is refused or plain", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      try {
        expect(principalOf(name)).toMatch(/^[a-z0-9][a-z0-9._@+-]{0,127}$/);
      } catch (error) {
        expect(error).toMatchObject({ name: "InvalidPrincipal" });
      }
    }),
  );
});
