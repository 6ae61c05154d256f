import * as z from "zod";

/** The version of all artifact schemas together; schemas/v0.1/ is generated from them. */
export const SCHEMA_VERSION = "0.1";

export const schemaVersion = z.literal(SCHEMA_VERSION);
export const environment = z.enum(["dev", "sit", "prod"]);
export const lane = z.enum(["read_only", "dry_run", "execute"]);
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits");
export const instant = z.iso.datetime();
/** US dollars. */
export const usd = z.number();
export const stackName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9-]{0,127}$/,
    "must be a stack name: a letter, then up to 127 letters, digits or hyphens",
  );
export const componentName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,30}$/,
    "must be a lower-case letter, then up to 30 lower-case letters, digits or hyphens",
  )
  // CDK keeps a scope's children in an object, where this name is taken before anybody takes it.
  .refine((name) => name !== "constructor", "must be another name than constructor, which is reserved");
/** Where the agent's answer came from: its own rules, or a model whose answer passed the same schema. */
export const answerSource = z.enum(["rules", "model"]);
export const riskLevel = z.enum(["low", "medium", "high", "critical"]);
export const complianceRegime = z.enum(["popia", "gdpr", "pci-dss", "hipaa", "soc2", "iso27001"]);

export type Environment = z.infer<typeof environment>;
export type Lane = z.infer<typeof lane>;
export type RiskLevel = z.infer<typeof riskLevel>;

/** How payloads name an artifact: by content, never carrying it. */
export const artifactRef = z.strictObject({
  name: z.string(),
  kind: z.string(),
  sha256: sha256Hex,
  bytes: z.int().nonnegative(),
});
export type ArtifactRef = z.infer<typeof artifactRef>;
