import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, "..", name), "utf8"));
const locked = read("package-lock.json").packages as Readonly<Record<string, Locked>>;

/** Where Node would find a package from the folder of another: in it, or in one further out. */
function isLockedFrom(folder: string, name: string): boolean {
  const inside = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
  if (inside in locked) return true;
  return folder !== "" && isLockedFrom(folder.replace(/\/?(?:node_modules\/)?(?:@[^/]+\/)?[^/]+$/, ""), name);
}

test("the lock holds the binaries of every platform, not only of the one it was written on", () => {
  const missing = Object.entries(locked).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLockedFrom(folder, name)),
  );
  expect(missing).toEqual([]);
});

test("every dependency is pinned to one version", () => {
  const { dependencies, devDependencies } = read("package.json");
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});
