import { statSync } from "node:fs";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import { TotpStepUp } from "../../../adapters/embedded/totp.ts";
import { FreshSignIn } from "../../../adapters/identity/fresh-sign-in.ts";
import { memoryTable } from "../../support/tables.ts";
import { temporaryFolder } from "../../support/workspace.ts";

const NOW = new Date("2026-11-26T10:00:00.000Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const codeAt = (secret: string, at: Date) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });

async function enrolled() {
  const folder = temporaryFolder();
  const codes = new TotpStepUp(memoryTable(), folder);
  const { secret } = codes.propose("grace");
  await codes.enrol("grace", codeAt(secret, after(-300)), after(-300));
  return { codes, secret, folder };
}

test("a code of the moment proves the person, and never a second time", async () => {
  const { codes, secret } = await enrolled();
  const code = codeAt(secret, NOW);
  expect(await codes.prove("grace", { code }, NOW)).toEqual({ method: "totp", at: NOW.toISOString() });
  await expect(codes.prove("grace", { code }, after(1))).rejects.toMatchObject({ name: "StepUpReplayed" });
  const earlier = codeAt(secret, after(-30));
  await expect(codes.prove("grace", { code: earlier }, after(1))).rejects.toMatchObject({
    name: "StepUpReplayed",
  });
});

test("of many who show the same code at once one is let through", async () => {
  const { codes, secret } = await enrolled();
  const code = codeAt(secret, NOW);
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => codes.prove("grace", { code }, NOW)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a clock may differ by one step and no more", async () => {
  const { codes, secret } = await enrolled();
  await expect(codes.prove("grace", { code: codeAt(secret, after(-60)) }, NOW)).rejects.toMatchObject({
    name: "StepUpRefused",
  });
  await expect(codes.prove("grace", { code: codeAt(secret, after(30)) }, NOW)).resolves.toBeDefined();
});

test("who guesses is stopped after five, also with the right code, for five minutes", async () => {
  const { codes, secret } = await enrolled();
  const wrong = codeAt(secret, after(86_400));
  for (let guess = 0; guess < 5; guess += 1)
    await expect(codes.prove("grace", { code: wrong }, NOW)).rejects.toMatchObject({ name: "StepUpRefused" });
  const right = { code: codeAt(secret, NOW) };
  await expect(codes.prove("grace", right, NOW)).rejects.toMatchObject({ name: "StepUpLimited" });
  const later = after(300);
  await expect(codes.prove("grace", { code: codeAt(secret, later) }, later)).resolves.toBeDefined();
});

test("nothing shown, nothing enrolled and no number are each refused", async () => {
  const { codes } = await enrolled();
  await expect(codes.prove("grace", {}, NOW)).rejects.toMatchObject({ name: "StepUpRequired" });
  await expect(codes.prove("linus", { code: "123456" }, NOW)).rejects.toMatchObject({
    name: "StepUpNotEnrolled",
  });
  await expect(codes.prove("grace", { code: "12e456" }, NOW)).rejects.toMatchObject({
    name: "StepUpRefused",
  });
});

test("a proposed secret counts once a code of it was shown, and is its owner's file alone", async () => {
  const folder = temporaryFolder();
  const codes = new TotpStepUp(memoryTable(), folder);
  const { secret, uri } = codes.propose("grace");
  expect(uri).toContain("otpauth://totp/Conductor:grace?");
  expect(codes.isEnrolled("grace")).toBe(false);
  await expect(codes.enrol("grace", "000000", NOW)).rejects.toMatchObject({ name: "StepUpRefused" });
  await codes.enrol("grace", codeAt(secret, NOW), NOW);
  expect(codes.isEnrolled("grace")).toBe(true);
  if (process.platform !== "win32") expect(statSync(join(folder, "grace")).mode & 0o777).toBe(0o600);
  codes.remove("grace");
  expect(codes.isEnrolled("grace")).toBe(false);
});

test("a sign-in with a second factor proves the person for five minutes", async () => {
  const stepUp = new FreshSignIn();
  const signIn = { at: after(-299), means: ["pwd", "mfa"] };
  const always = new FreshSignIn("always");
  expect(await always.prove("grace", { signIn: { at: after(-299), means: [] } }, NOW)).toBeDefined();
  await expect(always.prove("grace", { signIn: { at: after(-301), means: [] } }, NOW)).rejects.toMatchObject({
    name: "StepUpRequired",
  });
  expect(await stepUp.prove("grace", { signIn }, NOW)).toMatchObject({ method: "fresh-sign-in" });
  for (const proof of [
    {},
    { signIn: { at: after(-301), means: ["mfa"] } },
    { signIn: { at: NOW, means: ["pwd"] } },
  ])
    await expect(stepUp.prove("grace", proof, NOW)).rejects.toMatchObject({ name: "StepUpRequired" });
});
