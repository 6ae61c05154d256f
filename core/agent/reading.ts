import type { z } from "zod";
import type { ArtifactRef } from "../artifacts/vocabulary.ts";
import type { Tools } from "./tools.ts";

type Reader = Pick<Tools, "artifacts.read">;

/** An artifact as its schema types it. @throws ZodError when it is something else */
export async function readArtifact<Schema extends z.ZodType>(
  tools: Reader,
  ref: ArtifactRef,
  schema: Schema,
): Promise<z.output<Schema>> {
  return schema.parse(JSON.parse(await tools["artifacts.read"](ref)));
}
