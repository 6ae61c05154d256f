import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ARTIFACTS, type ArtifactName, jsonSchemaOf } from "../../../core/artifacts/registry.ts";

const FOLDER = join(import.meta.dirname, "../../../schemas/v0.1");
const NAMES = Object.keys(ARTIFACTS) as ArtifactName[];

test.each(NAMES)(
  "the checked-in JSON Schema of %s is the one its zod schema gives (npm run schemas)",
  (name) => {
    expect(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"))).toEqual(jsonSchemaOf(name));
  },
);

test("there is no JSON Schema of an artifact that no longer exists", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(NAMES.map((name) => `${name}.json`).sort());
});

test.each(NAMES)(
  "the JSON Schema of %s is closed: an unknown field is an error, not a silent passenger",
  (name) => {
    expect(jsonSchemaOf(name)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      additionalProperties: false,
    });
  },
);
