import { MetricUnit } from "@aws-lambda-powertools/metrics";
import type { LambdaEvent } from "hono/aws-lambda";
import { S3AnchorStore } from "../../adapters/aws/anchor-store.ts";
import { ownPlace } from "../../adapters/aws/caller.ts";
import { placeFrom } from "../../adapters/aws/clients.ts";
import { meshFrom } from "../../adapters/aws/mesh.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { userPoolFrom } from "../../adapters/identity/cognito.ts";
import { FreshSignIn } from "../../adapters/identity/fresh-sign-in.ts";
import type { ApiPorts } from "../../api/ports.ts";
import { ApiError } from "../../api/problem.ts";
import { AGENT_NAMES } from "../../core/agent/agent-names.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { type Instruments, instrumentsOf } from "../instruments.ts";
import { ownEnvironment, recordWorld } from "../record-world.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** API Gateway hangs up after 30 seconds; this much of them may go into checking the record. */
const AUDIT_MS = 20_000;

/**
 * What the API and the console have in common as functions behind API Gateway.
 * @throws InputError when what their deployment told them is not what they need
 */
export function webOf(name: string, variables: Variables) {
  const instruments = instrumentsOf(name);
  const place = ownPlace({ ...placeFrom(variables), traced: instruments.traced });
  const environment = ownEnvironment(variables);
  const world = recordWorld(place, variables);
  const { anchors } = meshFrom(variables, ["anchors"]);
  const store = new S3AnchorStore(place, anchors, environment.timelineRetentionDays, systemClock);
  const record = { world, anchors: store };
  const shared = {
    world,
    environments: [environment.environment],
    // The user pool lets nobody in without a second factor.
    stepUp: new FreshSignIn("always"),
    audit: () => auditWorkspace(record, AbortSignal.timeout(AUDIT_MS)).catch(tooLong),
    agents: AGENT_NAMES,
    simulated: false,
    onError: reporting(instruments),
  } satisfies Partial<ApiPorts>;
  return { instruments, place, pool: userPoolFrom(variables, environment), shared };
}

/** Lambda's entry behind API Gateway (HTTP API, payload version 2.0). */
export function webEntry({ around }: Instruments, answer: (event: LambdaEvent) => Promise<object>) {
  return around<LambdaEvent>().handler((event) => answer(event));
}

/** Logs and counts what nobody foresaw. */
export function reporting({ logger, metrics }: Instruments): ApiPorts["onError"] {
  return (error, { method, path }) => {
    metrics.addMetric("Failures", MetricUnit.Count, 1);
    logger.error(`${method} ${path} failed in a way nobody foresaw`, { error });
  };
}

function tooLong(error: unknown): never {
  if (!(error instanceof DOMException && error.name === "TimeoutError")) throw error;
  throw new ApiError(
    "RecordTooLong",
    "the record takes longer to check than a request may: `conductor audit verify` checks it, and so does the nightly validation",
  );
}
