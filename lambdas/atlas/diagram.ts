import type { PlannedComponent } from "../../core/artifacts/plan-spec.ts";
import type { BlockName } from "../../core/catalog/catalog.ts";
import { titleOf } from "./design.ts";
import { withLiteralColours } from "./literal-colours.ts";

/** Mermaid's node shapes: stores are cylinders, queues and buses are subroutines, the rest are boxes. */
const SHAPES: Readonly<Record<BlockName, readonly [string, string]>> = {
  kv_store: ["[(", ")]"],
  artifacts_bucket: ["[(", ")]"],
  database: ["[(", ")]"],
  event_bus: ["[[", "]]"],
  task_queue: ["[[", "]]"],
  secret: ["[", "]"],
  http_api: ["[", "]"],
};

/** A flowchart of the components and who reaches whom, as Mermaid source. */
export function diagramOf(components: readonly PlannedComponent[]): string {
  const nodes = components.map(({ name, block }) => {
    const [open, close] = SHAPES[block];
    return `  ${idOf(name)}${open}"${name}<br/>${titleOf(block)}"${close}`;
  });
  const edges = components.flatMap(({ name, uses }) =>
    uses.map((used) => `  ${idOf(name)} --> ${idOf(used)}`),
  );
  const clients = components
    .filter(({ block }) => block === "http_api")
    .map(({ name }) => `  clients(["Clients"]) -->|HTTPS| ${idOf(name)}`);
  return ["flowchart LR", ...nodes, ...clients, ...edges].join("\n");
}

/** Mermaid reads some words (end, graph) as its own; a prefix keeps every name a plain identifier. */
function idOf(name: string): string {
  return `c_${name.replaceAll("-", "_")}`;
}

/** The same picture as SVG, which any viewer draws. The renderer's web font is taken out: nothing of ours reaches the internet. */
export async function diagramSvg(source: string): Promise<string> {
  const { renderMermaidSVG } = await import("beautiful-mermaid");
  return withLiteralColours(renderMermaidSVG(source).replace(/\s*@import url\([^)]*\);/, ""));
}
