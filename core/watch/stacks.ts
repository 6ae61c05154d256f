import type { Finding } from "../artifacts/validation-report.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import { readDocument } from "../change/document.ts";
import type { InfrastructureChange } from "../change/infrastructure-change.ts";
import { changeOfTemplate } from "../change/template-change.ts";
import type { CloudReader } from "../cloud/cloud.ts";
import { isMoving, lastUpdate, type ResourceDrift, type Stack } from "../cloud/stack.ts";
import { excerpt } from "../excerpt.ts";
import type { Execution } from "../execution/execution.ts";
import { every } from "../execution/executions.ts";
import type { Table } from "../table/table.ts";
import type { Template } from "../template/template.ts";
import type { Audit } from "../timeline/audit.ts";
import type { Seen } from "./report.ts";

/** Executions that are looked through for stacks, the newest. */
const LOOKED_THROUGH = 1_000;
const PAGE = 100;

/** CloudFormation compares so many resources of one stack in a call at most. */
const COMPARED = 100;

const STUCK = /_FAILED$|^ROLLBACK_COMPLETE$|^REVIEW_IN_PROGRESS$/;

export interface StackWatching {
  readonly table: Table;
  readonly environment: Environment;
  readonly region: string;
  readonly reader: CloudReader;
  /** Policy as code, over a template that stands. */
  readonly judge: (change: InfrastructureChange) => Promise<readonly Finding[]>;
}

/**
 * Looks at each stack that a change of ours has left: whether it is still there and as it was left, whether its
 * resources are as its template has them, and whether it keeps today's policy.
 */
export async function watchStacks(watching: StackWatching): Promise<Seen> {
  const left = await lastChanges(watching);
  const findings: Finding[] = [];
  for (const execution of left.values()) findings.push(...(await findingsOf(watching, execution)));
  return { findings, figures: { stacks: left.size } };
}

/** What a check of the record found; one that took too long is a finding as well. */
export async function recordFindings(audit: () => Promise<Audit>): Promise<Seen> {
  try {
    const { faults, chains, events } = await audit();
    return {
      findings: faults.map(({ chain, seq, kind, message }) =>
        found(`record-${kind}`, `${chain}#${seq}`, "error", message, "docs/operations.md, RecordFault"),
      ),
      figures: { chains, events, recordFaults: faults.length },
    };
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "TimeoutError")) throw error;
    const message = "the record is too long to be checked in the time a watch has";
    const fix = "check it where there is time: conductor audit verify";
    return { findings: [found("record-unchecked", "record", "warning", message, fix)], figures: {} };
  }
}

/** The newest change that stands, by its stack's id. */
async function lastChanges({ table, environment }: StackWatching): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, Standing>();
  let left = LOOKED_THROUGH;
  for await (const execution of every(table, { page: PAGE })) {
    const { apply } = execution;
    if (execution.environment === environment && apply?.endedAt && !found.has(apply.stackId))
      found.set(apply.stackId, { ...execution, apply });
    left -= 1;
    if (left === 0) break;
  }
  return found;
}

type Standing = Execution & { readonly apply: NonNullable<Execution["apply"]> };

async function findingsOf(watching: StackWatching, execution: Standing): Promise<Finding[]> {
  const { reader } = watching;
  const { stack: name, apply, id, outcome } = execution;
  const stack = await reader.describeStack(apply.stackId);
  const gone = stack === undefined || stack.status === "DELETE_COMPLETE";
  if (gone) {
    // Undoing a change that made the stack takes it away again.
    if (outcome !== "applied") return [];
    const message = `the stack that ${id} left is not there any more, and no change of ours removed it`;
    return [
      found(
        "stack-gone",
        name,
        "error",
        message,
        "find out who deleted it, and start a change if it is needed",
      ),
    ];
  }
  if (isMoving(stack.status)) return [];
  return [
    ...standingFindings(stack, execution),
    ...(await driftIn(reader, stack)),
    ...(await policyIn(watching, stack)),
  ];
}

function standingFindings(stack: Stack, { id, apply, outcome }: Standing): Finding[] {
  const { name, status } = stack;
  if (STUCK.test(status)) {
    const message = `it stands in ${status}${stack.statusReason ? `: ${excerpt(stack.statusReason, 200)}` : ""}`;
    return [
      found("stack-stuck", name, "error", message, "start any change of it: Conductor leads it out first"),
    ];
  }
  const since = apply.stackLastUpdatedAt;
  if (outcome !== "applied" || since === undefined || since === lastUpdate(stack)) return [];
  const message = `somebody else has updated it since ${id} left it (${lastUpdate(stack)})`;
  return [
    found(
      "stack-changed",
      name,
      "warning",
      message,
      "find out who did, and let changes go through Conductor",
    ),
  ];
}

async function driftIn(reader: CloudReader, { stackId, name }: Stack): Promise<Finding[]> {
  const ids = (await reader.stackResources(stackId)).map(({ logicalId }) => logicalId).toSorted();
  const drifted: ResourceDrift[] = [];
  for (let at = 0; at < ids.length; at += COMPARED)
    drifted.push(...(await reader.resourceDrift(stackId, ids.slice(at, at + COMPARED))));
  return drifted
    .filter(({ status }) => status === "MODIFIED" || status === "DELETED")
    .map(({ logicalId, status, differences }) =>
      found(
        "drifted",
        `${name}/${logicalId}`,
        "warning",
        status === "DELETED"
          ? "it was deleted outside its stack"
          : `it was changed outside its stack: ${differences.map(({ path }) => path.replace(/^\//, "")).join(", ")}`,
        "find out who did, then start a change that brings it back or takes it up",
      ),
    );
}

async function policyIn(
  { reader, region, judge }: StackWatching,
  { stackId, name, parameters }: Stack,
): Promise<Finding[]> {
  const text = await reader.stackTemplate(stackId);
  if (text === undefined) return [];
  const template = readDocument(text, name) as Template;
  const findings = await judge(changeOfTemplate(template, { region, parameters }));
  return findings.map((one) => ({ ...one, resource: `${name}/${one.resource}` }));
}

function found(
  rule: string,
  resource: string,
  severity: Finding["severity"],
  message: string,
  fix: string,
): Finding {
  return { rule, severity, resource, message, fix };
}
