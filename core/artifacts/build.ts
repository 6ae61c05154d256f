import * as z from "zod";
import { artifactRef, environment, schemaVersion, sha256Hex, stackName } from "./vocabulary.ts";

/** Forge's template, stored under its hash, with all that decides what it will become. */
export const build = z.strictObject({
  schemaVersion,
  stack: stackName,
  environment,
  account: z.string(),
  region: z.string(),
  template: artifactRef,
  parameters: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  resources: z.array(
    z.strictObject({ logicalId: z.string(), type: z.string(), component: z.string().optional() }),
  ),
  /** Over template, parameters, tags, account, region and stack: the change set's name carries it. */
  buildDigest: sha256Hex,
});

export type Build = z.output<typeof build>;
