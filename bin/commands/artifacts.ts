import type { Command } from "commander";
import { attachedTo } from "../../core/artifacts/attached.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { find } from "../../core/execution/executions.ts";
import { ArtifactError } from "../../core/ports.ts";
import { readChain } from "../../core/timeline/record.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { type CommonOptions, command } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { writeFile, writeFiles } from "../cli/write-output.ts";
import type { Home } from "../home/record.ts";
import { aligned } from "../output/aligned.ts";
import { executionReport } from "../output/execution-report.ts";
import { statusDocument } from "../output/report-text.ts";

interface ArtifactOptions extends CommonOptions {
  readonly out?: string;
}

export function artifacts(): Command {
  return command("artifacts <id> [name]", "list the artifacts of an execution, or print one")
    .option("--out <path>", "write the one to a file, or all of them with status and timeline to a directory")
    .action(async (id: string, name: string | undefined, options: ArtifactOptions) => {
      await withHome(options, (home) => show(home, id, name, options));
    });
}

type Attached = ArtifactRef & { readonly path: string };

async function show(
  home: Home,
  id: string,
  name: string | undefined,
  options: ArtifactOptions,
): Promise<ExitCode> {
  const execution = await find(home.world.table, id);
  const attached = (await attachedTo(home.world.table, id)).map((ref) => ({
    ...ref,
    path: home.world.artifacts.pathOf(ref.sha256),
  }));
  if (name === undefined && options.out !== undefined) await exportAll(home, execution, attached, options);
  else if (name === undefined) list(id, attached, options);
  else await print(home, named(name, id, attached), options);
  return EXIT.done;
}

/** Everything there is of an execution, for whoever keeps it beside a pull request or hands it to an auditor. */
async function exportAll(
  home: Home,
  execution: Execution,
  attached: readonly Attached[],
  { json, out = "" }: ArtifactOptions,
): Promise<void> {
  const { table, artifacts: store } = home.world;
  const { id } = execution;
  const files = new Map<string, string | Uint8Array>();
  for (const { name, sha256 } of attached) files.set(name, await store.get(sha256));
  files.set("status.md", statusDocument(await executionReport(home, execution)));
  const events: string[] = [];
  for await (const event of readChain(table, id)) events.push(`${JSON.stringify(event)}\n`);
  files.set(`timeline/${id}.ndjson`, events.join(""));
  writeFiles(out, files);
  if (json) printJson({ executionId: id, writtenTo: out, files: [...files.keys()] });
  else printLine(`${files.size} files of ${id} are in ${out}`);
}

function list(executionId: string, attached: readonly Attached[], { json }: ArtifactOptions): void {
  if (json) printJson({ executionId, artifacts: attached });
  else for (const row of aligned(attached.map(rowOf))) printLine(row);
}

function named(name: string, id: string, attached: readonly Attached[]): Attached {
  const ref = attached.find((candidate) => candidate.name === name);
  if (ref) return ref;
  const names = attached.map((candidate) => candidate.name).join(", ");
  throw new ArtifactError(
    "ArtifactNotFound",
    `execution ${id} has no artifact ${name.slice(0, 80)}; it has ${names}`,
  );
}

async function print(home: Home, ref: Attached, { json, out }: ArtifactOptions): Promise<void> {
  const content = await home.world.artifacts.get(ref.sha256);
  if (out !== undefined) writeFile(out, content);
  if (json) printJson({ ...ref, ...(out === undefined ? { content: text(content) } : { writtenTo: out }) });
  else if (out !== undefined) printLine(`${ref.name} is in ${out}`);
  // Whoever reads a pipe wants every byte as it is; a terminal would obey some of them.
  else if (process.stdout.isTTY) printLine(text(content));
  else process.stdout.write(content);
}

function rowOf({ name, kind, bytes, sha256, path }: Attached): string[] {
  return [name, kind, String(bytes).padStart(6), sha256.slice(0, 12), path];
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}
