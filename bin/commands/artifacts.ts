import type { Command } from "commander";
import { attachedTo } from "../../core/artifacts/attached.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import { find } from "../../core/execution/executions.ts";
import { ArtifactError } from "../../core/ports.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { type CommonOptions, command } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { UsageError } from "../cli/usage-error.ts";
import { withHome } from "../cli/with-home.ts";
import { writeFile } from "../cli/write-output.ts";
import type { Home } from "../home/record.ts";
import { aligned } from "../output/aligned.ts";

interface ArtifactOptions extends CommonOptions {
  readonly out?: string;
}

export function artifacts(): Command {
  return command("artifacts <id> [name]", "list the artifacts of an execution, or print one")
    .option("--out <file>", "write it to a file instead")
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
  await find(home.world.table, id);
  const attached = (await attachedTo(home.world.table, id)).map((ref) => ({
    ...ref,
    path: home.world.artifacts.pathOf(ref.sha256),
  }));
  if (name === undefined) list(id, attached, options);
  else await print(home, named(name, id, attached), options);
  return EXIT.done;
}

function list(executionId: string, attached: readonly Attached[], { json, out }: ArtifactOptions): void {
  if (out !== undefined) {
    throw new UsageError(
      "InvalidUsage",
      "--out writes one artifact: name it, as in `artifacts ID NAME --out FILE`",
    );
  }
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
