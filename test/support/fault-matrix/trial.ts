import type { Patience } from "../../../adapters/aws/clients.ts";
import type { Answer, Fault, FaultProxy } from "../fault-proxy.ts";
import type { Moto } from "../moto-server.ts";

/** A port at work behind a proxy, in a place of its own. */
export interface Trial {
  readonly proxy: FaultProxy;
  /** Does what the port is for, each time the same. */
  call(): Promise<unknown>;
  /** What has come of it so far, asked past the proxy: the ids of what is there, a doubled one twice. */
  there(): Promise<readonly string[]>;
  /** Takes away what it works on. */
  vanish(): Promise<unknown>;
  end?(): unknown;
}

/** One port and its adapter for AWS, with the call by which it is tried. */
export interface PortOnTrial {
  readonly port: string;
  readonly adapter: string;
  /** What the call does, in words. */
  readonly does: string;
  /** The call on the wire that does it. */
  readonly on: string;
  /** What it works on, and may find gone. */
  readonly worksOn: string;
  /** By what copies are told, or what becomes of them, where the service cannot tell a second time from the first. */
  readonly doubles?: string;
  /** How the service words what AWS's protocols say otherwise. */
  readonly answers?: Partial<Record<Fault, Answer>>;
  open(moto: Moto, patience: Patience): Promise<Trial>;
}

/** Nothing but what hangs is taken for hanging on a busy machine. */
export const PATIENT: Patience = { connectionMs: 20_000, requestMs: 30_000, attempts: 3 };
export const IMPATIENT: Patience = { ...PATIENT, requestMs: 6_000 };
