import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileSecretStore } from "../../../adapters/embedded/secret-store.ts";
import { temporaryFolder } from "../../support/workspace.ts";

function folderWith(name: string, value: string, mode = 0o600): string {
  const folder = join(temporaryFolder(), "secrets");
  mkdirSync(folder);
  writeFileSync(join(folder, name), value);
  chmodSync(join(folder, name), mode);
  return folder;
}

test.skipIf(process.platform === "win32").each([0o644, 0o640, 0o604, 0o620, 0o606])(
  "a file that others may read or write (%o) holds no secret, and the way to mend it is told",
  async (mode) => {
    const folder = folderWith("slack", "correct-horse", mode);
    await expect(new FileSecretStore(folder).read("slack")).rejects.toMatchObject({
      name: "SecretUnreadable",
      message: expect.stringContaining(`chmod 600 ${join(folder, "slack")}`),
    });
  },
);

test.each([
  "../outside",
  "a/../../outside",
  "..",
  ".",
  "",
  "/etc/passwd",
  "a//b",
  "a\u0000b",
  "a\\..\\b",
  "é",
])("%j names no secret, whatever lies there", async (name) => {
  const folder = folderWith("inside", "in");
  writeFileSync(join(folder, "../outside"), "correct-horse", { mode: 0o600 });
  await expect(new FileSecretStore(folder).read(name)).rejects.toMatchObject({
    name: "SecretMissing",
    message: expect.not.stringContaining("correct-horse"),
  });
});

test("a folder is no secret, and neither is a link that leads nowhere", async () => {
  const folder = folderWith("inside", "in");
  mkdirSync(join(folder, "folder"));
  symlinkSync(join(folder, "nowhere"), join(folder, "link"));
  const store = new FileSecretStore(folder);
  for (const name of ["folder", "link"])
    await expect(store.read(name)).rejects.toMatchObject({ name: "SecretMissing" });
});

test("the end of the line that editors add is no part of a secret", async () => {
  for (const [stored, value] of [
    ["a\n", "a"],
    ["a\r\n", "a"],
    ["a\n\n", "a\n"],
    ["a", "a"],
  ] as const)
    expect((await new FileSecretStore(folderWith("one", stored)).read("one")).reveal()).toBe(value);
});
