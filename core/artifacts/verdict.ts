import * as z from "zod";
import { schemaVersion, sha256Hex } from "./vocabulary.ts";

/** The Critic's word on whether a change may go before people. */
export const verdict = z.strictObject({
  schemaVersion,
  decision: z.enum(["promote", "refuse"]),
  reasons: z.array(z.string()).min(1),
  checklist: z.array(z.strictObject({ item: z.string(), present: z.boolean() })),
  /** Artifacts that promotion demands and nobody attached. */
  missing: z.array(z.string()),
  dossierDigest: sha256Hex.nullable(),
});

export type Verdict = z.output<typeof verdict>;
