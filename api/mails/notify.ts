import { dossierFor } from "../../core/approval/gate-dossier.ts";
import { linkFor, sealLink } from "../../core/approval/link.ts";
import { type Notice, type NoticeKind, noticesDue } from "../../core/approval/notices.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { environment } from "../../core/artifacts/vocabulary.ts";
import type { Chat } from "../../core/chat/chat.ts";
import { sha256 } from "../../core/digest.ts";
import { glassNoticeDue, glassTold, unreviewed } from "../../core/gate/break-glass.ts";
import { type Gate, lapse } from "../../core/gate/gate.ts";
import { openGates } from "../../core/gate/gates.ts";
import { everybody, type Person } from "../../core/identity/people.ts";
import type { Mailer } from "../../core/mail/mailer.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { daysAfter, RESULT_DAYS } from "../../core/table/expiry.ts";
import { keys } from "../../core/table/keys.ts";
import { record } from "../../core/timeline/record.ts";
import { gateMessage } from "../slack/message.ts";
import { approvalMail } from "./approval-mail.ts";
import { glassMail } from "./glass-mail.ts";

export interface Notifying {
  readonly world: World;
  readonly mailer: Mailer;
  /** What links are signed with. */
  readonly linkKey: string;
  readonly origin: string;
  /** Where there is a channel for approvals, it hears of every gate once. */
  readonly chat?: Chat | undefined;
}

/**
 * Tells people of the open gates what is due to be told. Whatever was sent before a crash is not sent twice: a mail has
 * the same id however often it is made.
 * @throws MailError of the first gate whose mails do not leave, when all were tried
 */
export async function notifyOpenGates(notifying: Notifying): Promise<void> {
  await notifyBrokenGlass(notifying);
  const { table, clock } = notifying.world;
  const pages = await Promise.all(environment.options.map((name) => openGates(table, name)));
  const now = clock.now();
  const open = pages.flat().filter((gate) => lapse(gate, now).status === "open");
  if (open.length === 0) return;
  const people = await everybody(table);
  const failures: unknown[] = [];
  for (const gate of open)
    await notifyOf(notifying, gate, people).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Everybody hears of an emergency at once, and again when nobody has looked at it in time. */
async function notifyBrokenGlass({ world, mailer, origin }: Notifying): Promise<void> {
  const now = world.clock.now();
  for (const glass of await unreviewed(world.table)) {
    const what = glassNoticeDue(glass, now);
    if (!what) continue;
    for (const { principal, mail } of await everybody(world.table))
      if (mail !== undefined) await mailer.send(glassMail(glass, what, { principal, mail }, origin));
    await glassTold(world.table, glass, what, now);
  }
}

interface Given {
  readonly given: readonly Told[];
}

/** Beside what people are told by mail, what the channel was told. */
type Told = NoticeKind | "chat";

async function notifyOf(notifying: Notifying, gate: Gate, people: readonly Person[]): Promise<void> {
  const { world, chat } = notifying;
  const row = (await world.table.get(keys.notice(gate.id)))?.attributes as Given | undefined;
  const mailed = (row?.given ?? []).filter((told) => told !== "chat");
  const due = noticesDue(gate, people, mailed, world.clock.now());
  const unsaid = chat !== undefined && !row?.given.includes("chat");
  if (due.length === 0 && !unsaid) return;
  const dossier = await dossierFor(world, gate);
  for (const { kind, to } of due) {
    await send(notifying, gate, { kind, to }, dossier);
    await remember(world, gate, kind, to);
  }
  if (!unsaid) return;
  const asked = noticesDue(gate, people, [], world.clock.now())[0]?.to ?? [];
  const names = asked.map(({ principal }) => principal);
  await chat.post(gateMessage({ gate, dossier, people: names, origin: notifying.origin }));
  await remember(world, gate, "chat", asked);
}

async function send(
  { mailer, linkKey, origin }: Notifying,
  gate: Gate,
  { kind, to }: Notice,
  dossier: Dossier | undefined,
): Promise<void> {
  for (const { principal, mail } of to) {
    if (mail === undefined) continue;
    // The same link however often the mail is made; nobody can guess it without the key.
    const nonce = sha256(`${gate.id} ${principal} ${kind}`).slice(0, 24);
    const link = `${origin}/approve/${sealLink(linkKey, linkFor(gate, principal, nonce))}`;
    await mailer.send(approvalMail({ kind, gate, dossier, to: { principal, mail }, link }));
  }
}

/** The record tells who was told, once. */
async function remember(
  { table, clock }: World,
  gate: Gate,
  kind: Told,
  to: readonly Person[],
): Promise<void> {
  const now = clock.now();
  await atomically(table, async (unit) => {
    const key = keys.notice(gate.id);
    const { given } = (await unit.get<Given>(key)) ?? { given: [] };
    if (given.includes(kind)) return;
    unit.put({ ...key, attributes: { given: [...given, kind] }, expiresAt: daysAfter(now, RESULT_DAYS) });
    await record(unit, gate.executionId, {
      at: now.toISOString(),
      type: "gate.notified",
      actor: "conductor",
      data: { gateId: gate.id, kind, people: to.map(({ principal }) => principal) },
    });
  });
}
