import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Bundle, bundlesIn, environmentOf } from "./bundles/bundles.ts";

/** Times each is loaded; the middle one counts. */
const RUNS = 7;

/** Lists what each function's cold start loads: its code, all it carries, and how long loading takes on this machine. */
const outdir = mkdtempSync(join(tmpdir(), "conductor-cold-"));
try {
  console.log("| function | code, KB | all, KB | loads in, ms |\n| --- | --- | --- | --- |");
  for (const bundle of bundlesIn(outdir)) {
    const code = sizeOf(bundle, (file) => /\.[mc]?js$/.test(file));
    console.log(`| ${bundle.name} | ${code} | ${sizeOf(bundle, () => true)} | ${loadTime(bundle)} |`);
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

/** Kilobytes, compressed. */
function sizeOf({ folder }: Bundle, counts: (file: string) => boolean): number {
  const files = readdirSync(folder).filter((file) => counts(file) && statSync(join(folder, file)).isFile());
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).byteLength, 0);
  return Math.round(bytes / 1_024);
}

/** Without a compile cache, in a process of its own: from before its import until it is there. */
function loadTime(bundle: Bundle): number {
  const script = `const began = performance.now(); await import(${JSON.stringify(join(bundle.folder, "index.mjs"))}); console.log(performance.now() - began);`;
  const env = { ...environmentOf(bundle), NODE_DISABLE_COMPILE_CACHE: "1" };
  const times = Array.from({ length: RUNS }, () => {
    const ran = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", env });
    if (ran.status !== 0) throw new Error(`${bundle.name} does not load: ${ran.stderr}`);
    return Number(ran.stdout);
  }).toSorted((one, other) => one - other);
  return Math.round(times[Math.floor(RUNS / 2)] ?? 0);
}
