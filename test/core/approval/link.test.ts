import fc from "fast-check";
import { expect, test } from "vitest";
import { endLink, linkFor, openLink, requireFresh, sealLink } from "../../../core/approval/link.ts";
import { AT, aGate, minutesAfter } from "../../support/records.ts";
import { memoryTable } from "../../support/tables.ts";

const KEY = "k".repeat(43);
const NOW = new Date(AT);
const LINK = linkFor(aGate(), "grace", "n1");

test("a link says to whom, what, where and until when", () => {
  expect(openLink(KEY, sealLink(KEY, LINK), NOW)).toEqual(LINK);
  expect(LINK).toMatchObject({ gateId: "gate_1", approver: "grace", digest: aGate().digest });
});

test("no link is good with any part of it changed, cut off or added", () => {
  const token = sealLink(KEY, LINK);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom("", "A", "B", ".", "-"), (at, other) => {
      const forged = token.slice(0, at) + other + token.slice(at + 1);
      fc.pre(forged !== token);
      expect(() => openLink(KEY, forged, NOW)).toThrow(expect.objectContaining({ name: "LinkInvalid" }));
    }),
  );
  for (const forged of ["", ".", token.split(".")[0] ?? "", `${token}.x`, sealLink("another key", LINK)])
    expect(() => openLink(KEY, forged, NOW)).toThrow(expect.objectContaining({ name: "LinkInvalid" }));
});

test("a link ends with its gate", () => {
  const token = sealLink(KEY, LINK);
  expect(openLink(KEY, token, minutesAfter(59))).toEqual(LINK);
  expect(() => openLink(KEY, token, minutesAfter(60))).toThrow(
    expect.objectContaining({ name: "LinkExpired" }),
  );
});

test.each([
  ["used", "LinkUsed"],
  ["revoked", "LinkRevoked"],
] as const)("a link that was %s is good for nothing, and the first reason stands", async (ended, name) => {
  const table = memoryTable();
  await requireFresh(table, LINK);
  await endLink(table, LINK, ended, { by: "grace", now: NOW });
  await endLink(table, LINK, "revoked", { by: "eve", now: NOW });
  await expect(requireFresh(table, LINK)).rejects.toMatchObject({
    name,
    message: expect.stringMatching(/^grace/),
  });
  await requireFresh(table, { ...LINK, nonce: "n2" });
});
