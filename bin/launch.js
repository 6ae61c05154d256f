#!/usr/bin/env node
// Plain JavaScript, so that a Node too old to run TypeScript still gets far enough to hand over.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as module from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const calledAs = basename(process.argv[1] ?? "conductor").replace(/\.js$/, "");

if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) {
  module.enableCompileCache?.();
  await import(calledAs === "atlas" ? "./atlas.ts" : "./conductor.ts");
} else {
  handOver(fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url)));
}

/** Runs this same command under the Node that npm installed beside it. */
function handOver(node) {
  if (!existsSync(node)) {
    console.error(
      `Conductor needs Node ${NEEDED_MAJOR} and this is ${process.version}: run \`npm ci\`, which brings its own.`,
    );
    process.exit(2);
  }
  const child = spawn(node, [process.argv[1], ...process.argv.slice(2)], {
    stdio: "inherit",
    // So that it notices when this process is gone without a word.
    env: { ...process.env, CONDUCTOR_LAUNCHED: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
