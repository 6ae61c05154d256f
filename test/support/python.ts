import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** What the suites that need Python are pinned to, by package: `moto` to `5.2.5`. */
const PINNED: ReadonlyMap<string, string> = new Map(
  readFileSync(join(ROOT, "test/wire/requirements.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace(/\[.*\]/, "").split("==") as [string, string]),
);

/**
 * A Python that has a package as it is pinned, looked for in `.venv-wire` first; undefined when there is none, which is
 * an error on a machine that demands it with REQUIRE_WIRE=1.
 */
export function pythonWith(name: string): string | undefined {
  const found = [join(ROOT, ".venv-wire/bin/python"), "python3"].find((python) => has(python, name));
  if (found === undefined && process.env["REQUIRE_WIRE"] === "1") {
    throw new Error(
      `REQUIRE_WIRE=1, but no Python here has ${name} ${PINNED.get(name)}: python3 -m venv .venv-wire && .venv-wire/bin/pip install -r test/wire/requirements.txt`,
    );
  }
  return found;
}

function has(python: string, name: string): boolean {
  if (python.includes("/") && !existsSync(python)) return false;
  const ask = `import importlib.metadata as m; print(m.version('${name}'))`;
  const { stdout } = spawnSync(python, ["-c", ask], { encoding: "utf8" });
  return stdout !== null && stdout.trim() === PINNED.get(name);
}
