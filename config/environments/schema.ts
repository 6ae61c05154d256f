import * as z from "zod";
import { environment } from "../../core/artifacts/vocabulary.ts";
import { limits } from "../../core/budget/limits.ts";

/** From small to large; each stands on those before it. */
export const TIERS = ["small", "medium", "large"] as const;

const groupName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,60}$/, "must be the name of a group: lower-case letters, digits and hyphens");

const hour = z.int().min(0).max(23);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const model = z
  .string()
  .regex(/^bedrock:[\w.:-]+$/, 'must be a model of Bedrock such as "bedrock:global.anthropic.claude-…"');

/** One environment: an account and a region, with its caps and how long things are kept there. */
export const environmentConfig = z
  .strictObject({
    environment,
    account: z.string().regex(/^\d{12}$/, "must be twelve digits"),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as "af-south-1"'),
    /**
     * Where agents work: as functions, which begin at once and end after two minutes; or on the medium tier's workers,
     * which take as long as they need and have to be started first.
     */
    agentsOn: z.enum(["functions", "workers"]),
    /** The largest tier that is deployed; the functions make use of what it and the smaller ones offer. */
    tier: z.enum(TIERS),
    /** Where the API answers, with its certificate; absent, it answers under API Gateway's own name. */
    domain: z
      .strictObject({ name: z.hostname(), certificateArn: z.string().startsWith("arn:aws:acm:") })
      .optional(),
    /** Who mails of gates and alarms come from and go to. */
    mail: z.strictObject({ sender: z.email(), alarms: z.email() }),
    /** Where people are asked in Slack; absent, they are asked by mail alone. The secret is theirs to make (docs/aws.md). */
    slack: z
      .strictObject({
        channel: z.string().regex(/^[CG][A-Z0-9]{2,20}$/, "must be a channel's id such as C012AB3CD"),
      })
      .optional(),
    /**
     * Counted up with every new key that links in mails are signed with: functions keep the key as long as their
     * containers live, and this makes new ones.
     */
    signingKeyVersion: z.int().positive(),
    /** Of the people who look after it: watches look at an hour of theirs. */
    timezone: z.string().refine(isTimeZone, 'must be a time zone such as "Africa/Johannesburg"'),
    /** At which hour of the day each watch looks. */
    watchHours: z.strictObject({ stacks: hour, spending: hour, health: hour }),
    /** Requests to the API and the console, of everybody together. */
    requestsPerSecond: z.int().positive(),
    /** Resources that hold data outlive their stack and refuse to be deleted. */
    retain: z.boolean(),
    logRetentionDays: z.int().positive(),
    /** How long nobody can remove the record's anchors. */
    timelineRetentionDays: z.int().positive(),
    eventArchiveDays: z.int().positive(),
    /** How long a gate may wait for people before it expires closed. */
    gateHours: z.number().positive(),
    costDeltaMonthlyLimitUsd: z.number().positive(),
    /** What AWS may charge in a month before people are told. */
    monthlyBudgetUsd: z.number().positive(),
    limits,
    /** The groups of people who sign in, by the role they hold. */
    groups: z.strictObject({
      viewer: groupName,
      operator: groupName,
      approver: groupName,
      admin: groupName,
    }),
    /** Absent: rules only. A model's region may be another, where this one has none. */
    models: z
      .strictObject({
        region: z.string(),
        primary: model,
        secondary: model.optional(),
        embedding: model.optional(),
      })
      .optional(),
    sizes: z.strictObject({
      agentMemoryMb: z.int().min(128).max(10_240),
      forgeMemoryMb: z.int().min(512).max(10_240),
      /**
       * Runs of Forge at once, reserved of the account's concurrency, which is everybody's; absent, as many as come. A
       * new account has ten, of which Lambda lets nobody reserve any.
       */
      forgeConcurrency: z.int().positive().optional(),
      /** Tasks that a lane's workers take at once, at most. */
      workers: z.int().positive(),
      databaseAcu: z.number().min(0.5).max(256),
    }),
  })
  .refine(({ environment, retain }) => environment !== "prod" || retain, {
    path: ["retain"],
    message: "must be true in prod: what holds data there outlives its stack",
  })
  .refine(({ agentsOn, tier }) => agentsOn === "functions" || tier !== "small", {
    path: ["agentsOn"],
    message: "must be functions in the small tier: workers come with the medium one",
  })
  .refine(({ domain, region }) => !domain || domain.certificateArn.split(":")[3] === region, {
    path: ["domain", "certificateArn"],
    message: "must be of a certificate in the environment's own region",
  });

export type EnvironmentConfig = z.output<typeof environmentConfig>;
export type Tier = (typeof TIERS)[number];

/** Whether an environment has a tier, on its own or beneath a larger one. */
export function has({ tier }: Pick<EnvironmentConfig, "tier">, wanted: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(wanted);
}
