import { createHmac, timingSafeEqual } from "node:crypto";
import { NamedError } from "../errors.ts";
import type { Gate } from "../gate/gate.ts";
import { atomically } from "../table/atomically.ts";
import { daysAfter, RESULT_DAYS } from "../table/expiry.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";

export class LinkError extends NamedError<
  /** Forged, cut off, or signed by another workspace. */
  | "LinkInvalid"
  | "LinkExpired"
  /** Somebody has decided by it. */
  | "LinkUsed"
  /** Somebody has taken it back. */
  | "LinkRevoked"
  /** Whoever shows it is not whom it was sent to. */
  | "LinkOfAnother"
> {}

/** What a link to decide says: at which gate, who, on what, until when. It is good for one decision. */
export interface ApprovalLink {
  readonly gateId: string;
  readonly approver: string;
  readonly digest: string;
  readonly expiresAt: string;
  /** Tells it from others for the same decision. */
  readonly nonce: string;
}

export function linkFor(gate: Gate, approver: string, nonce: string): ApprovalLink {
  return { gateId: gate.id, approver, digest: gate.digest, expiresAt: gate.expiresAt, nonce };
}

/** The link as text for an address: what it says, and the workspace's signature under it. */
export function sealLink(key: string, { gateId, approver, digest, expiresAt, nonce }: ApprovalLink): string {
  const said = Buffer.from([gateId, approver, digest, expiresAt, nonce].join("\n")).toString("base64url");
  return `${said}.${signatureOf(key, said)}`;
}

/** Reads a link that is ours; whether it is still good is asked of the table. @throws LinkError LinkInvalid, LinkExpired */
export function openLink(key: string, token: string, now: Date): ApprovalLink {
  const [said = "", signature = "", ...more] = token.split(".");
  if (more.length > 0 || !same(signature, signatureOf(key, said))) throw invalid();
  const parts = Buffer.from(said, "base64url").toString().split("\n");
  const [gateId, approver, digest, expiresAt, nonce] = parts;
  if (!gateId || !approver || !digest || !expiresAt || !nonce) throw invalid();
  if (now.getTime() >= Date.parse(expiresAt)) {
    throw new LinkError("LinkExpired", `this link was good until ${expiresAt}; the gate is closed by now`);
  }
  return { gateId, approver, digest, expiresAt, nonce };
}

interface Row {
  readonly ended: "used" | "revoked";
  readonly by: string;
  readonly at: string;
}

/** @throws LinkError LinkUsed, LinkRevoked */
export async function requireFresh(table: Table, { nonce }: ApprovalLink): Promise<void> {
  const row = (await table.get(keys.link(nonce)))?.attributes as Row | undefined;
  if (row?.ended === "used") {
    throw new LinkError("LinkUsed", `${row.by} has decided by this link at ${row.at}; it works once`);
  }
  if (row) throw new LinkError("LinkRevoked", `${row.by} took this link back at ${row.at}`);
}

/** The link is good for nothing any more; the first reason stands. */
export async function endLink(
  table: Table,
  { nonce }: ApprovalLink,
  ended: Row["ended"],
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<void> {
  await atomically(table, async (unit) => {
    const key = keys.link(nonce);
    if (await unit.get(key)) return;
    const attributes: Row = { ended, by, at: now.toISOString() };
    unit.put({ ...key, attributes, expiresAt: daysAfter(now, RESULT_DAYS) });
  });
}

function signatureOf(key: string, said: string): string {
  return createHmac("sha256", key).update(`approval link\n${said}`).digest("base64url");
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function invalid(): LinkError {
  return new LinkError(
    "LinkInvalid",
    "this link is not one of ours, or a part of it is missing; open it from the mail again",
  );
}
