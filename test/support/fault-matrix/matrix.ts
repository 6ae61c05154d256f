import type { Fault } from "../fault-proxy.ts";
import type { Moto } from "../moto-server.ts";
import { CLOUD } from "./cloud.ts";
import { MESSAGING } from "./messaging.ts";
import { MODELS } from "./models.ts";
import { STORAGE } from "./storage.ts";
import { IMPATIENT, PATIENT, type PortOnTrial, type Trial } from "./trial.ts";

export const PORTS: readonly PortOnTrial[] = [...STORAGE, CLOUD, ...MESSAGING, ...MODELS];

/** What may befall one call. */
export const MISHAPS = [
  "throttled",
  "error-500",
  "hangs",
  "response-lost",
  "response-cut",
] as const satisfies Fault[];

/** What holds until somebody sees to it. */
export const CONDITIONS = [
  "clock-skewed",
  "credentials-expired",
  "access-denied",
  "quota-used-up",
] as const satisfies Fault[];

export type Injected = (typeof MISHAPS)[number] | (typeof CONDITIONS)[number] | "vanished";

export const INJECTED: readonly Injected[] = [...MISHAPS, ...CONDITIONS, "vanished"];

/** What a caller saw, and what was there afterwards. */
export interface Seen {
  /** `done`, or the name of the error. */
  readonly saw: string;
  readonly there: readonly string[];
}

export interface Row {
  readonly on: PortOnTrial;
  readonly injected: Injected;
  /** When one call meets it. */
  readonly once?: Seen;
  /** While every call meets it. */
  readonly held: Seen;
  /** When what failed is asked for again, after the fault has passed. */
  readonly again?: Seen;
}

/** More than any call tries. */
const ALWAYS = 1_000;

/** Tries one port under one fault, in places of its own. */
export async function tried(on: PortOnTrial, injected: Injected, moto: Moto): Promise<Row> {
  const patience = injected === "hangs" ? IMPATIENT : PATIENT;
  const within = async <Result>(work: (trial: Trial) => Promise<Result>): Promise<Result> => {
    const trial = await on.open(moto, patience);
    try {
      return await work(trial);
    } finally {
      trial.proxy.end();
      await trial.end?.();
    }
  };
  if (injected === "vanished") return await within((trial) => vanished(trial, on));
  const held = await within(async (trial) => {
    trial.proxy.inject(on.answers?.[injected] ?? injected, {
      times: ALWAYS,
      ...(injected === "clock-skewed" ? {} : { on: on.on }),
    });
    const first = await seen(trial);
    requireMet(trial, on, injected);
    if (first.saw === "done") return { held: first };
    trial.proxy.calm();
    return { held: first, again: await seen(trial) };
  });
  if (!isMishap(injected)) return { on, injected, ...held };
  const once = await within(async (trial) => {
    trial.proxy.inject(on.answers?.[injected] ?? injected, { on: on.on });
    const only = await seen(trial);
    requireMet(trial, on, injected);
    return only;
  });
  return { on, injected, once, ...held };
}

/** What is gone holds nothing any more, so that only what the caller saw is told. */
async function vanished(trial: Trial, on: PortOnTrial): Promise<Row> {
  await trial.vanish();
  return { on, injected: "vanished", held: { saw: await outcome(trial), there: [] } };
}

async function seen(trial: Trial): Promise<Seen> {
  return { saw: await outcome(trial), there: await trial.there() };
}

async function outcome({ call }: Trial): Promise<string> {
  return await call().then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

/** A row about a fault that met nothing would say nothing. */
function requireMet({ proxy }: Trial, { port, on, answers = {} }: PortOnTrial, injected: Injected): void {
  const wanted = injected === "vanished" ? undefined : (answers[injected] ?? injected);
  if (proxy.calls.some(({ fault }) => fault === wanted)) return;
  throw new Error(`${port}: no ${on} met ${injected}, but ${proxy.calls.map((call) => call.operation)}`);
}

function isMishap(injected: Injected): boolean {
  return (MISHAPS as readonly Injected[]).includes(injected);
}

/** Every port under every fault; ports side by side, as most of it is waiting. */
export async function faultMatrix(moto: Moto, ports = PORTS, faults = INJECTED): Promise<readonly Row[]> {
  const rows = ports.map(async (port) => {
    const own: Row[] = [];
    for (const injected of faults) own.push(await tried(port, injected, moto));
    return own;
  });
  return (await Promise.all(rows)).flat();
}

/** What was told to be done and is not there. */
export function lost({ once, held, again }: Row): boolean {
  const judged = [once, held, again].filter((one) => one !== undefined);
  return judged.some(({ saw, there }) => saw === "done" && there.length === 0);
}

/** How many copies of one thing there are at most. */
export function copies({ once, held, again }: Row): number {
  return Math.max(...[once, held, again].map((one) => one?.there.length ?? 0));
}

/** Whether copies are told to be copies: they have one id, and the port says by what. */
export function isKnownAsCopy({ on, once, held, again }: Row): boolean {
  const oneIdEach = [once, held, again].every((one) => new Set(one?.there).size <= 1);
  return oneIdEach && on.doubles !== undefined;
}
