import type { Environment } from "../core/artifacts/vocabulary.ts";
import type { Identity } from "../core/identity/access.ts";
import type { StepUp, StepUpProof } from "../core/identity/step-up.ts";
import type { TokenVerifier } from "../core/identity/tokens.ts";
import type { World } from "../core/ports.ts";
import type { Fault } from "../core/timeline/verify.ts";

/** What a check of the record found. */
export interface AuditResult {
  readonly faults: readonly Fault[];
  readonly chains: number;
  readonly events: number;
  readonly artifacts: number;
  readonly anchors: number;
}

/** What the API needs of wherever it runs: one machine, or a function behind API Gateway. */
export interface ApiPorts {
  readonly world: World;
  /** Those this workspace changes: whoever holds a role in all of them holds it everywhere. */
  readonly environments: readonly Environment[];
  readonly tokens: TokenVerifier;
  readonly stepUp: StepUp;
  /** Checks the whole record. */
  readonly audit: () => Promise<AuditResult>;
  /** Agents that have counters of their own, for grants. */
  readonly agents: readonly string[];
  /** The account behind it is not real. */
  readonly simulated: boolean;
  /** Who carries executions on here; null where nobody does at this moment, absent where others see to it. */
  readonly drivenBy?: () => { readonly pid: number; readonly command: string; readonly since: string } | null;
  /** Told of every error that nobody foresaw, with the request it came of. */
  readonly onError: (error: unknown, request: { readonly method: string; readonly path: string }) => void;
  readonly rates?: Rates;
}

/** Requests that somebody may send at once, and how many a second they get back. */
export interface Rates {
  readonly reads: Rate;
  readonly writes: Rate;
  /** Without a valid token, by address. */
  readonly strangers: Rate;
}

export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is known of the request that is being answered. */
export interface ApiEnv {
  Variables: {
    identity: Identity;
    signIn: StepUpProof["signIn"];
    operation: string | undefined;
  };
  /** Where the request came from, as the server knows it. */
  Bindings: { readonly address?: string };
}
