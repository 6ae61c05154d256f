import type { ApiPorts } from "../api/ports.ts";
import type { Execution } from "../core/execution/execution.ts";
import type { Person } from "../core/identity/people.ts";
import type { StepUpProof } from "../core/identity/step-up.ts";
import type { Mail, Mailer } from "../core/mail/mailer.ts";

export interface SentMail extends Mail {
  readonly position: number;
  readonly at: string;
}

/** One-time codes that people enrol themselves for, where they are ours to keep. */
export interface Enrolment {
  isEnrolled(principal: string): boolean;
  propose(principal: string): { readonly uri: string; readonly secret: string };
  /** @throws StepUpError */
  enrol(principal: string, code: string, now: Date): Promise<void>;
}

/** Somebody whom an identity provider vouches for, with the roles they hold by its groups. */
export interface VouchedFor extends Pick<Person, "principal" | "grants" | "mail"> {
  readonly signIn: NonNullable<StepUpProof["signIn"]>;
}

/** Signs people in at an identity provider, which asks for their second factor (OpenID Connect's code flow). */
export interface SignInProvider {
  /**
   * Where to send the browser, and what it has to keep until it is back.
   * @param fresh asks again also whom the provider knows already
   */
  begin(fresh: boolean): Promise<{ readonly url: string; readonly kept: string }>;
  /**
   * @param back the address it came back to
   * @throws SessionError SignInRefused
   */
  finish(back: URL, kept: string, now: Date): Promise<VouchedFor>;
  /** Where somebody leaves the provider, too. */
  readonly signOutUrl: string;
}

/** How people come in: by links sent to the address they are known by, or by an identity provider. */
export type Door = { readonly mailer: Mailer } | { readonly provider: SignInProvider };

/** A goal that a newcomer can start as it is. */
export interface ExampleGoal {
  readonly name: string;
  readonly goal: object;
}

/** What the console needs beside what the API does. */
export interface ConsolePorts
  extends Pick<
    ApiPorts,
    "world" | "environments" | "stepUp" | "audit" | "agents" | "simulated" | "drivenBy" | "onError"
  > {
  /** A secret nobody can guess: 256 bits as URL-safe text. */
  readonly secret: () => string;
  readonly door: Door;
  /** What links in mails are signed with. */
  readonly linkKey: string;
  /** Mails that went nowhere, the newest first, where they are kept instead of sent. */
  readonly outbox?: (limit: number, before?: number) => readonly SentMail[];
  readonly codes?: Enrolment;
  /** A state machine's definition, as Amazon States Language. */
  readonly definition: (machine: string) => object;
  /** The states a run has entered, in order; empty where nobody can tell. */
  readonly visited: (run: Execution["run"]) => Promise<readonly string[]>;
  readonly examples: readonly ExampleGoal[];
  /** As browsers and mails reach it: `http://localhost:4100`. */
  readonly origin: string;
}
