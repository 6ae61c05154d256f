import { z } from "@hono/zod-openapi";
import { dossier as dossierArtifact } from "../core/artifacts/dossier.ts";
import { artifactRef, environment, instant, sha256Hex } from "../core/artifacts/vocabulary.ts";
import { condition } from "../core/gate/conditions.ts";
import { ROLES } from "../core/identity/access.ts";
import { STAGES } from "./views/stages.ts";

/** Answers of the API. Names that are of the specification keep its shapes exactly. */

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    name: z.string(),
  })
  .openapi("Problem");

const status = z.enum(["pending", "running", "paused", "completed", "failed"]);
const resources = z.strictObject({
  tokensUsed: z.int(),
  timeElapsed: z.number().openapi({ description: "Seconds of work, not of waiting." }),
  costAccrued: z.number().openapi({ description: "Dollars." }),
});

export const executionProgress = z
  .strictObject({
    id: z.string(),
    status,
    progress: z.strictObject({
      currentStage: z.string(),
      completed: z.int().nonnegative(),
      total: z.int().positive(),
      percentage: z.int().min(0).max(100),
    }),
    resources,
    nextGate: z.strictObject({ type: z.string(), eta: instant.nullable() }).nullable(),
  })
  .openapi("ExecutionProgress");

export const gateCheck = z
  .strictObject({
    type: z.string(),
    required: z.boolean(),
    timeout: z.int().openapi({ description: "Seconds until it expires closed." }),
    reviewer: z.string().optional(),
    context: z.record(z.string(), z.unknown()),
  })
  .openapi("GateCheck");

export const gateResult = z
  .strictObject({ id: z.string(), type: z.string(), status: z.string(), approvedBy: z.array(z.string()) })
  .openapi("GateResult");

export const executionState = z
  .strictObject({
    id: z.string(),
    status,
    pipeline: z.strictObject({
      currentStage: z.int().nonnegative(),
      completedStages: z.array(z.enum(STAGES)),
      nextStages: z.array(z.enum(STAGES)),
    }),
    resources,
    gates: z.strictObject({ pending: z.array(gateCheck), completed: z.array(gateResult) }),
    errors: z.array(z.strictObject({ name: z.string(), message: z.string() })),
    metadata: z.strictObject({
      createdAt: instant,
      updatedAt: instant,
      priority: z.int().openapi({ description: "1 is the highest." }),
    }),
  })
  .openapi("ExecutionState");

export const resourceUsage = z
  .strictObject({
    tokens: z.strictObject({
      budget: z.int(),
      used: z.int(),
      remaining: z.int(),
      byAgent: z.record(z.string(), z.int()),
    }),
    time: z.strictObject({
      started: instant,
      elapsed: z.number(),
      remaining: z.number(),
      byStage: z.record(z.string(), z.number()),
    }),
    cost: z.strictObject({
      budgetUSD: z.number(),
      accruedUSD: z.number(),
      estimatedUSD: z.number(),
      breakdown: z.array(z.strictObject({ agent: z.string(), usd: z.number() })),
    }),
  })
  .openapi("ResourceUsage");

export const executionSummary = z
  .strictObject({
    id: z.string(),
    pipeline: z.literal("change"),
    status,
    changeStatus: z.string(),
    outcome: z.string().nullable(),
    stage: z.string(),
    goal: z.string(),
    environment,
    stack: z.string(),
    requestedBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi("ExecutionSummary");

const cursor = z
  .string()
  .nullable()
  .openapi({ description: "Send it as `cursor` for the next page; null at the end." });

export const executionsPage = z
  .strictObject({ executions: z.array(executionSummary), cursor })
  .openapi("ExecutionsPage");

export const gateView = z
  .strictObject({
    id: z.string(),
    executionId: z.string(),
    type: z.string(),
    environment,
    stack: z.string(),
    subject: z.string(),
    digest: sha256Hex,
    requestedBy: z.string(),
    status: z.enum(["open", "approved", "rejected", "expired", "closed"]),
    requiredApprovals: z.int(),
    approvedBy: z.array(z.string()),
    rejected: z.strictObject({ by: z.string(), notes: z.string().nullable() }).nullable(),
    brokenGlass: z.boolean().openapi({ description: "Approved by one person in an emergency." }),
    skippedBy: z.string().nullable().openapi({ description: "Who wished that nobody be asked." }),
    critical: z.boolean().openapi({ description: "A decision takes a step-up." }),
    conditions: z
      .array(condition)
      .openapi({ description: "What its approvals depend on, of each kind the narrowest." }),
    openedAt: instant,
    expiresAt: instant,
  })
  .openapi("Gate");

export const gatesPage = z.strictObject({ gates: z.array(gateView), cursor }).openapi("GatesPage");

export const timelineEvent = z
  .strictObject({
    chain: z.string(),
    seq: z.int().positive(),
    at: instant,
    type: z.string(),
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
    previous: sha256Hex,
    hash: sha256Hex,
  })
  .openapi("TimelineEvent");

export const timelinePage = z
  .strictObject({ events: z.array(timelineEvent), cursor })
  .openapi("TimelinePage");
export const artifactsList = z.strictObject({ artifacts: z.array(artifactRef) }).openapi("Artifacts");
export const dossierView = z.strictObject(dossierArtifact.shape).openapi("Dossier");

export const stacksList = z
  .strictObject({
    stacks: z.array(
      z.strictObject({
        environment,
        stack: z.string(),
        holder: z.string().nullable(),
        since: instant.nullable(),
        queue: z.array(z.string()),
      }),
    ),
  })
  .openapi("Stacks");

export const auditReport = z
  .strictObject({
    verified: z.boolean(),
    faults: z.array(
      z.strictObject({ chain: z.string(), seq: z.int(), kind: z.string(), message: z.string() }),
    ),
    chains: z.int(),
    events: z.int(),
    artifacts: z.int(),
    anchors: z.int(),
  })
  .openapi("AuditReport");

export const me = z
  .strictObject({
    principal: z.string(),
    grants: z.array(z.strictObject({ role: z.enum(ROLES), environment })),
  })
  .openapi("Me");

export const health = z
  .strictObject({
    status: z.enum(["ok", "degraded"]),
    table: z.boolean(),
    driven: z.boolean().nullable().openapi({ description: "null where a service drives." }),
    simulated: z.boolean(),
  })
  .openapi("Health");
