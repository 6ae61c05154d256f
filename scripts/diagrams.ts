import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { diagramSvg } from "../lambdas/atlas/diagram.ts";

/** Renders docs/diagrams/src/*.mmd into docs/diagrams/svg/. */
const docs = join(import.meta.dirname, "../docs/diagrams");
mkdirSync(join(docs, "svg"), { recursive: true });
for (const file of readdirSync(join(docs, "src"))) {
  const svg = await diagramSvg(readFileSync(join(docs, "src", file), "utf8"));
  writeFileSync(join(docs, "svg", `${basename(file, ".mmd")}.svg`), `${svg.trim()}\n`);
}
