import { expect, test } from "vitest";
import { grantsOf } from "../../../core/identity/access.ts";
import { everybody, findPerson, savePerson } from "../../../core/identity/people.ts";
import { offerSignIn, sessionOf, signIn, signInOffered, signOut } from "../../../core/identity/sessions.ts";
import { memoryTable, sharedTables } from "../../support/tables.ts";

const NOW = new Date("2026-11-26T10:00:00.000Z");
const after = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const OFFER = { principal: "grace", code: "c".repeat(32), minutes: 15 };
const SECRETS = { cookie: "k".repeat(32), formToken: "f".repeat(32) };

test("a link signs in once, whoever looks at it before", async () => {
  const table = memoryTable();
  await offerSignIn(table, OFFER, NOW);
  expect(await signInOffered(table, OFFER.code, NOW)).toBe("grace");
  expect(await signInOffered(table, OFFER.code, NOW)).toBe("grace");
  expect(await signIn(table, OFFER.code, SECRETS, NOW)).toMatchObject({ principal: "grace" });
  await expect(signIn(table, OFFER.code, SECRETS, NOW)).rejects.toMatchObject({ name: "SignInLinkInvalid" });
});

test("of many processes that use a link at once one is let in", async () => {
  const tables = sharedTables(4);
  await offerSignIn(tables[0]!, OFFER, NOW);
  const outcomes = await Promise.allSettled(
    tables.map((table, at) => signIn(table, OFFER.code, { ...SECRETS, cookie: `${at}`.repeat(32) }, NOW)),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a link ends with its time", async () => {
  const table = memoryTable();
  await offerSignIn(table, OFFER, NOW);
  await expect(signInOffered(table, OFFER.code, after(15))).rejects.toMatchObject({
    name: "SignInLinkInvalid",
  });
});

test("a session ends with its time, or when somebody signs out; the table holds nothing to sign in with", async () => {
  const table = memoryTable();
  await offerSignIn(table, OFFER, NOW);
  await signIn(table, OFFER.code, SECRETS, NOW);
  expect(await sessionOf(table, SECRETS.cookie, after(12 * 60 - 1))).toMatchObject({ principal: "grace" });
  expect(await sessionOf(table, SECRETS.cookie, after(12 * 60))).toBeUndefined();
  expect(await sessionOf(table, "another", NOW)).toBeUndefined();
  await signOut(table, SECRETS.cookie);
  expect(await sessionOf(table, SECRETS.cookie, NOW)).toBeUndefined();
});

test("people are kept under one spelling, with roles that exist", async () => {
  const table = memoryTable();
  const grants = grantsOf(["approver:dev"]);
  await savePerson(
    table,
    { principal: "Grace ", grants, mail: "grace@example.test", slack: "U012AB3CD" },
    "ada",
    NOW,
  );
  expect(await findPerson(table, "grace")).toEqual({
    principal: "grace",
    grants,
    mail: "grace@example.test",
    slack: "U012AB3CD",
  });
  await savePerson(table, { principal: "grace", grants: [] }, "ada", NOW);
  expect(await everybody(table)).toEqual([{ principal: "grace", grants: [] }]);
  await expect(
    savePerson(table, { principal: "grace", grants, mail: "nowhere" }, "ada", NOW),
  ).rejects.toMatchObject({
    name: "InvalidInput",
  });
});
