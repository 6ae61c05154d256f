import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ARTIFACTS, type ArtifactName, jsonSchemaOf } from "../core/artifacts/registry.ts";

/** Writes schemas/v0.1/ anew from the zod schemas of core/artifacts. */
const folder = join(import.meta.dirname, "../schemas/v0.1");
mkdirSync(folder, { recursive: true });
for (const name of Object.keys(ARTIFACTS) as ArtifactName[]) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`);
}
