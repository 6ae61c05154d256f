import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";
import { Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { type BuildOptions, buildSync } from "esbuild";

export interface BundleProps {
  /** The file whose `handler` is called. */
  readonly entry: string;
  /** Files that stand beside the bundle because its code reads them there. */
  readonly files?: readonly string[] | undefined;
  /** Threads of their own, each bundled for itself beside it as CommonJS. */
  readonly workers?: readonly string[] | undefined;
}

/** What bundles have in place of a library, without what no function of ours uses of it. */
const INSTEAD = {
  "@aws-sdk/credential-provider-node": "credential-provider-node.ts",
  zod: "zod.ts",
} as const;

const COMMON: BuildOptions = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  logLevel: "error",
};

const MAIN: BuildOptions = {
  ...COMMON,
  format: "esm",
  mainFields: ["module", "main"],
  // Modules that are found at run time need `require`, which an ES module lacks.
  banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  alias: Object.fromEntries(
    Object.entries(INSTEAD).map(([library, file]) => [
      library,
      fileURLToPath(new URL(`../../lambdas/bundling/${file}`, import.meta.url)),
    ]),
  ),
};

const made = new Map<string, string>();
process.once("exit", () => {
  for (const folder of made.values()) rmSync(folder, { recursive: true, force: true });
});

/**
 * A function's code in one file, with the SDK as it was tested and not whatever the runtime has that day. Every stack
 * has the same, so it is bundled once; in this process, where starting a bundler for each took twenty seconds.
 */
export function bundled(scope: Construct, props: BundleProps): Code {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(dirname(props.entry));
  const known = made.get(props.entry);
  if (known !== undefined) return Code.fromAsset(known);
  const folder = mkdtempSync(join(tmpdir(), "conductor-bundle-"));
  made.set(props.entry, folder);
  buildSync({ ...MAIN, entryPoints: [props.entry], outfile: join(folder, "index.mjs") });
  for (const file of props.files ?? []) copyFileSync(file, join(folder, basename(file)));
  for (const worker of props.workers ?? []) {
    const outfile = join(folder, `${basename(worker, ".ts")}.cjs`);
    buildSync({ ...COMMON, format: "cjs", entryPoints: [worker], outfile });
  }
  return Code.fromAsset(folder);
}
