import type { ChangeStatus, Outcome } from "../execution/execution.ts";
import { stateText } from "../execution/state-text.ts";
import { type Condition, conditionSentence } from "../gate/conditions.ts";
import type { TimelineEvent } from "./chain.ts";

export interface Described {
  readonly text: string;
  readonly tone: "step" | "info" | "good" | "bad" | "ask";
}

type Data = Readonly<Record<string, unknown>>;

const words = (value: unknown) => String(value ?? "").replaceAll("_", " ");

/** What each kind of event says to people; a kind that is missing here is shown by its name. */
const DESCRIPTIONS: Readonly<Record<string, (data: Data, actor: string) => Described | undefined>> = {
  "execution.requested": (data, actor) =>
    step(`${actor} asks for a change of ${data["stack"]} in ${data["environment"]}`),
  "stage.entered": ({ stage }) => step(STAGES[String(stage)] ?? words(stage)),
  "agent.finished": ({ artifacts, spent }, actor) => finished(actor, artifacts, spent),
  "agent.failed": ({ error }, actor) => bad(`${agentName(actor)}: ${messageOf(error)}`),
  "lock.queued": ({ stack, place, holder }) =>
    info(`${stack} is being changed by ${holder}; place ${place} in its queue`),
  "lock.granted": ({ stack }) => info(`holds the lock of ${stack}`),
  "gate.opened": ({ gateId, gateType, requiredApprovals }) =>
    ask(
      `${words(gateType)} ${gateId} waits for ${requiredApprovals} approval${requiredApprovals === 1 ? "" : "s"} by somebody else`,
    ),
  "gate.decided": ({ decision, approvals, requiredApprovals, notes, conditions }, actor) => {
    const said = notes ? `: ${String(notes)}` : "";
    return decision === "approve"
      ? good(`${actor} approves (${approvals} of ${requiredApprovals})${onlyIf(conditions)}${said}`)
      : bad(`${actor} rejects${said}`);
  },
  "gate.skipped": ({ gateType, environment }, actor) =>
    info(
      `nobody is asked at the ${words(gateType)}: ${actor} wished so, and the policy of ${environment} allows it`,
    ),
  "gate.notified": ({ kind, people }) => {
    const names = Array.isArray(people) && people.length > 0 ? people.join(", ") : "nobody";
    return info(`${NOTICES[String(kind)] ?? words(kind)}: ${names}`);
  },
  "gate.glass-broken": ({ reason }, actor) => bad(`${actor} broke the glass: ${String(reason)}`),
  "gate.glass-reviewed": ({ notes }, actor) => good(`${actor} reviewed the broken glass: ${String(notes)}`),
  "gate.glass-overdue": ({ by }) =>
    bad(`nobody reviewed in time what ${String(by)} did by breaking the glass`),
  "watch.reported": ({ watch, troubles }) =>
    Number(troubles) > 0 ? bad(`the watch over ${words(watch)} found ${troubles} troubles`) : undefined,
  "gate.expired": ({ gateType }) => bad(`${words(gateType)} expired: nobody decided in time`),
  "gate.closed": ({ gateType }) => info(`${words(gateType)} is no longer needed`),
  "approval.voided": ({ why }) => bad(`the approval is void: ${why}`),
  "apply.waits": ({ until }) => ask(`approved, and not to be applied before ${String(until)}`),
  "apply.began": ({ conditions }) => step(`Applying exactly what was approved${onlyIf(conditions)}`),
  "apply.progress": (data) => progress(data),
  "apply.ended": ({ standing, stackStatus, drifted }) =>
    standing === "applied"
      ? good(
          `${stackStatus}${Array.isArray(drifted) && drifted.length > 0 ? `, but drifted: ${drifted.join(", ")}` : ", no drift"}`,
        )
      : bad(`${stackStatus}: the change was undone`),
  "rollback.began": () => step("Undoing"),
  "undo.ended": ({ stackStatus }) => good(`${stackStatus}: the change is undone`),
  "recovery.began": ({ action }) => step(`Leading the stack out: ${words(action)}`),
  "execution.strategy-changed": ({ strategy }, actor) =>
    ask(`${actor} has it planned anew: by ${words(strategy)}`),
  "execution.planned-anew": () => info("what was decided about the old plan counts no more"),
  "execution.agent-skipped": ({ agent }, actor) => info(`${actor} has it do without ${words(agent)}`),
  "execution.paused": () => ask("paused; `conductor unpause` lets it go on"),
  "budget.exhausted": ({ shortage }) =>
    ask(`${shortage ?? "a budget is used up"}; somebody else may grant it with \`conductor budget\``),
  "execution.ended": ({ changeStatus, outcome }) => {
    const state = stateText(changeStatus as ChangeStatus, outcome as Outcome);
    return GOOD_ENDINGS.has(outcome) ? good(state) : bad(state);
  },
};

const NOTICES: Readonly<Record<string, string>> = {
  ask: "asked by mail",
  remind: "reminded by mail",
  escalate: "escalated by mail to",
  chat: "asked in the channel",
};

const GOOD_ENDINGS: ReadonlySet<unknown> = new Set(["applied", "no_changes", "rolled_back"]);

const STAGES: Readonly<Record<string, string>> = {
  DrawPlan: "Atlas plans",
  SynthesizeBuild: "Forge builds the template",
  CreateChangeSet: "Forge has the change set computed",
  ValidateChange: "Sentinel validates",
  AssembleDossier: "The Critic assembles the dossier",
  ApplyChange: "The broker checks the approval once more",
};

/** An event in one line for people; undefined for those that say nothing new. The line holds texts of others. */
export function describeEvent({ type, data, actor }: TimelineEvent): Described | undefined {
  const describe = DESCRIPTIONS[type];
  return describe ? describe(data, actor) : info(`${words(type.replace(".", " "))} by ${actor}`);
}

function finished(actor: string, artifacts: unknown, spent: unknown): Described | undefined {
  const names = Array.isArray(artifacts)
    ? artifacts.map((artifact: { name?: unknown }) => String(artifact.name))
    : [];
  if (names.length === 0) return undefined;
  const { milliseconds = 0 } = (spent ?? {}) as { milliseconds?: number };
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return info(
    `${agentName(actor)}: ${names.slice(0, 3).join(", ")}${more} (${(milliseconds / 1000).toFixed(1)} s)`,
  );
}

/** `, if nothing is replaced and at most 3 resources change`; nothing where nobody set a condition. */
function onlyIf(conditions: unknown): string {
  if (!Array.isArray(conditions) || conditions.length === 0) return "";
  return `, if ${(conditions as Condition[]).map(conditionSentence).join(" and ")}`;
}

function progress(data: Data): Described | undefined {
  const status = String(data["status"]);
  const text = resourceText(data);
  if (status.endsWith("_FAILED")) return bad(`${text}: ${data["reason"] ?? ""}`);
  if (/ROLLBACK/.test(status)) return bad(text);
  return status.endsWith("_COMPLETE") || status === "DELETE_SKIPPED" ? good(text) : undefined;
}

/** What became of a resource. The status first: it is of one length, and names are not. */
export function resourceText(data: Data): string {
  return `${String(data["status"] ?? "").padEnd(18)} ${data["logicalId"] ?? ""}`.trim();
}

export function agentName(actor: string): string {
  return actor.replace(/^agent:/, "");
}

function messageOf(error: unknown): string {
  const { name, message } = (error ?? {}) as { name?: string; message?: string };
  return `${name}: ${message}`;
}

const step = (text: string): Described => ({ text, tone: "step" });
const info = (text: string): Described => ({ text, tone: "info" });
const good = (text: string): Described => ({ text, tone: "good" });
const bad = (text: string): Described => ({ text, tone: "bad" });
const ask = (text: string): Described => ({ text, tone: "ask" });
