import { type SandboxControls, sandboxControls } from "../../adapters/embedded/sandbox/controls.ts";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import type { Home } from "../../bin/home/home.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { type ChangeSet, changeSet as changeSetSchema } from "../../core/artifacts/change-set.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import type { Stack } from "../../core/cloud/stack.ts";
import { canonicalJson, digestOf } from "../../core/digest.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { find, store } from "../../core/execution/executions.ts";
import { castVote, open } from "../../core/gate/gates.ts";
import { acquireLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import type { JsonObject } from "../../core/template/template.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { broker } from "../../lambdas/broker/handler.ts";
import { changeSets } from "../../lambdas/change-set/handler.ts";
import { MachineTime } from "./clock.ts";
import { aDossier } from "./dossiers.ts";
import { recording } from "./recording-cloud.ts";
import { aGate, anExecution, DEV, minutesAfter, PROD } from "./records.ts";
import { person, testHome } from "./workspace.ts";

export type Resources = Readonly<Record<string, JsonObject>>;

const keyedBy = (name: string) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: {
    KeySchema: [{ AttributeName: name, KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: name, AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  },
});
const queue = (seconds: number) => ({
  Type: "AWS::SQS::Queue",
  Properties: { VisibilityTimeout: seconds },
});

/** A stack as it stands, one thing modified in it, and one where a table is replaced, a topic added, a queue removed. */
export const SHOP: Resources = { Orders: keyedBy("orderId"), Jobs: queue(30) };
export const SHOP_MODIFIED: Resources = { ...SHOP, Jobs: queue(60) };
export const SHOP_TURNED_ROUND: Resources = {
  Orders: keyedBy("customerId"),
  Alerts: { Type: "AWS::SNS::Topic", Properties: {} },
};

export interface Place {
  readonly environment?: "dev" | "prod";
  /** What stands already; nothing where the stack is new. */
  readonly before?: Resources;
  readonly pace?: Pace;
  /** What happens to the account before anything is planned. */
  readonly beforehand?: (controls: SandboxControls, world: World) => unknown;
}

export interface Setting extends Place {
  readonly after?: Resources;
  /** What the dossier says otherwise. */
  readonly dossier?: Partial<Omit<Dossier, "digest">>;
  readonly approvers?: readonly string[];
  readonly gateHours?: number;
}

/** Calls that change the account. */
const MUTATING = ["executeChangeSet", "setStackPolicy", "deleteStack", "cancelUpdate", "continueRollback"];

/** An account with the stack `shop` in it, and an execution that holds its lock. */
export interface Workbench {
  readonly home: Home;
  readonly world: World;
  readonly time: MachineTime;
  readonly controls: SandboxControls;
  /** Calls the broker as the state machine would: each look at the stack is a visit of its own. */
  call(action: string, input?: object): Promise<object>;
  /** Everything the broker asked of the account, in order. */
  readonly calls: string[];
  /** What it changed there. */
  mutations(): string[];
  execution(): Promise<Execution>;
  stack(nameOrId?: string): Promise<Stack | undefined>;
  /** Logical ids of what the stack holds now. */
  holds(): Promise<string[]>;
  told(type: string): Promise<TimelineEvent[]>;
}

export async function workbench({
  environment = "dev",
  before,
  pace = "none",
  beforehand = () => {},
}: Place = {}): Promise<Workbench> {
  const time = new MachineTime();
  const home = testHome({ clock: time, pace });
  const { world } = home;
  const targets = Object.values(ENVIRONMENTS);
  const controls = sandboxControls({ database: home.directory.database, clock: time, pace, targets });
  if (before) await deploy(world, environment, before);
  await beforehand(controls, world);
  const where = environment === "dev" ? DEV : PROD;
  const execution = anExecution({ ...where, changeStatus: "WAIT_FOR_APPROVE" });
  await atomically(world.table, async (unit) => {
    store(unit, execution);
    await acquireLock(unit, execution, "token", execution.createdAt);
  });
  const calls: string[] = [];
  let looks = 0;
  const reader = world.cloud(environment).reader();
  return {
    home,
    world,
    time,
    controls,
    call: (action, input = {}) => {
      const visit = action === "observe" ? looks++ : 0;
      const event = { action, executionId: "exec_1", idempotencyKey: `exec_1/${action}/${visit}`, ...input };
      return broker(event, recording(world, calls));
    },
    calls,
    mutations: () => calls.filter((call) => MUTATING.includes(call)),
    execution: () => find(world.table, "exec_1"),
    stack: (nameOrId = "shop") => reader.describeStack(nameOrId),
    holds: async () => (await reader.stackResources("shop")).map(({ logicalId }) => logicalId),
    told: async (type) => {
      const events: TimelineEvent[] = [];
      for await (const event of readChain(world.table, "exec_1")) if (event.type === type) events.push(event);
      return events;
    },
  };
}

/** A change of that stack which people have approved, up to the broker's door. */
export interface ApprovedChange extends Workbench {
  readonly dossier: Dossier;
  readonly changeSet: ChangeSet;
}

export async function approvedChange({
  after = SHOP_MODIFIED,
  dossier: otherwise = {},
  approvers = ["grace"],
  gateHours = 1,
  ...place
}: Setting = {}): Promise<ApprovedChange> {
  const bench = await workbench(place);
  const { world } = bench;
  const where = place.environment === "prod" ? PROD : DEV;
  const { changeSet, templateSha256 } = await propose(world, after, where);
  const { parameters } = changeSet;
  const dossier = aDossier({ ...where, templateSha256, parameters, ...otherwise }, changeSet);
  await putBeforePeople(world, dossier, gateHours);
  await approve(world, dossier, approvers);
  return { ...bench, dossier, changeSet };
}

/** Somebody brings the stack to these resources, outside any execution, and waits until it is done. */
export async function deploy(
  world: World,
  environment: "dev" | "prod",
  resources: Resources,
  name = `by-hand-${world.newId("x").slice(2)}`,
): Promise<void> {
  const cloud = world.cloud(environment);
  const template = JSON.stringify({ Resources: resources });
  const request = { stack: "shop", name, template, parameters: {}, tags: {}, clientToken: name };
  const { arn, stackId } = await cloud.planner().createChangeSet(request);
  const session = { executionId: "by hand", stack: "shop", changeSetName: name, tags: {} };
  await cloud.applier(session).executeChangeSet(arn, name);
  await untilItStands(world, environment, stackId);
}

/** Lets time pass until CloudFormation has finished with the stack. */
export async function untilItStands(
  world: World,
  environment: "dev" | "prod",
  stack = "shop",
): Promise<void> {
  const reader = world.cloud(environment).reader();
  while ((await reader.describeStack(stack))?.status.endsWith("_IN_PROGRESS")) await world.clock.sleep(1_000);
}

interface Proposal {
  readonly changeSet: ChangeSet;
  readonly templateSha256: string;
}

/** Has the dry_run lane compute the change set of a build that holds these resources. */
export async function propose(
  world: World,
  resources: Resources,
  where: typeof DEV | typeof PROD = DEV,
  idempotencyKey = "exec_1/CreateChangeSet/0",
): Promise<Proposal> {
  const template = await keep(world, "template.json", "Template", { Resources: resources });
  const identity = { stack: "shop", ...where, parameters: {}, tags: {} };
  const buildDigest = digestOf({ template: template.sha256, ...identity });
  const content = { schemaVersion: "0.1", ...identity, template, resources: [], buildDigest };
  const build = await keep(world, "build.json", "Build", content);
  const event = { action: "propose", executionId: "exec_1", idempotencyKey, build, previous: null };
  const { changeSet: ref } = (await changeSets(event, world)) as { changeSet: ArtifactRef };
  const text = new TextDecoder().decode(await world.artifacts.get(ref.sha256));
  return { changeSet: changeSetSchema.parse(JSON.parse(text)), templateSha256: template.sha256 };
}

async function keep(world: World, name: string, kind: string, content: object): Promise<ArtifactRef> {
  return { name, kind, ...(await world.artifacts.put(canonicalJson(content))) };
}

/** Makes this dossier the one that the execution's gates are about. */
export async function putBeforePeople(world: World, dossier: Dossier, gateHours = 1): Promise<void> {
  const ref = await keep(world, "dossier.json", "Dossier", dossier);
  const execution = await find(world.table, dossier.executionId);
  await atomically(world.table, async (unit) => {
    await unit.get({ pk: `EXECUTION#${execution.id}`, sk: "RECORD" });
    store(unit, { ...execution, dossier: ref, digest: dossier.digest });
  });
  for (const { type, requiredApprovals } of dossier.gates) {
    const id = `gate_${dossier.digest.slice(0, 8)}_${type}`;
    const openedAt = world.clock.now().toISOString();
    const expiresAt = minutesAfter(60 * gateHours, openedAt).toISOString();
    const { environment, digest } = dossier;
    const gate = aGate({ id, type, environment, digest, requiredApprovals, openedAt, expiresAt });
    await atomically(world.table, (unit) => open(unit, gate));
  }
}

export async function approve(world: World, dossier: Dossier, people: readonly string[]): Promise<void> {
  for (const { type } of dossier.gates) {
    const gateId = `gate_${dossier.digest.slice(0, 8)}_${type}`;
    for (const principal of people) {
      const vote = {
        gateId,
        decision: "approve",
        caller: person(principal),
        digest: dossier.digest,
      } as const;
      await castVote(world.table, vote, world.clock.now());
    }
  }
}
