import { describe, expect, test } from "vitest";
import type { AwsPlace } from "../../adapters/aws/clients.ts";
import type { Fault, FaultProxy } from "./fault-proxy.ts";

/** Faults that trying again cures. */
export const PASSING = [
  "throttled",
  "error-500",
  "hangs",
  "response-lost",
  "response-cut",
] as const satisfies Fault[];

/** Those after which it is not known whether it was done; one that hangs may hide that the try after it was slow. */
const LOST: ReadonlySet<Fault> = new Set(["hangs", "response-lost", "response-cut"]);

/** Told at once, with nothing done. */
const FINAL = [
  ["credentials-expired", "CredentialsExpired", /sign in again/],
  ["access-denied", "AccessDenied", /some:Action .* agent-mesh-dev-small lacks it/],
  ["quota-used-up", "QuotaExceeded", /LimitExceededException/],
] as const;

type Patience = NonNullable<AwsPlace["patience"]>;

/** No fault is waited for but the one that hangs, and a busy machine's answer is not taken for it. */
export const patience: Patience = { connectionMs: 10_000, requestMs: 20_000, attempts: 3 };
const IMPATIENT: Patience = { ...patience, requestMs: 1_000 };

export interface FaultBench {
  readonly proxy: FaultProxy;
  /** Does what the port is for, once. */
  call(): Promise<unknown>;
  /** How often it was done, asked past the proxy. */
  done(): Promise<number>;
}

/**
 * What every port does under every fault of the wire. Done at most `most` times where an answer was lost: 1 for a port
 * that tells a second sending from the first, 3 (every try) for one whose consumers drop doubles.
 * @param on the call that does it
 */
export function describeFaults(
  what: string,
  { on, most }: { readonly on: string; readonly most: number },
  open: (patience: Patience) => Promise<FaultBench>,
): void {
  describe(`${what}, when the network or AWS fails`, () => {
    test.each(PASSING)("%s, met once: it is done all the same", async (fault) => {
      const { proxy, call, done } = await open(fault === "hangs" ? IMPATIENT : patience);
      proxy.inject(fault, { on });
      await call();
      const times = await done();
      expect(times).toBeGreaterThanOrEqual(1);
      expect(times).toBeLessThanOrEqual(LOST.has(fault) ? most : 1);
      expect(proxy.count()[on]).toBeGreaterThanOrEqual(2);
    });

    test.each(PASSING)("%s, met time and again, is told as trouble that may pass", async (fault) => {
      const { proxy, call, done } = await open(fault === "hangs" ? IMPATIENT : patience);
      proxy.inject(fault, { times: 100, on });
      await expect(call()).rejects.toMatchObject({
        name: expect.stringMatching(/^(Throttled|TimedOut|Unavailable)$/),
        message: expect.stringMatching(/3 times in a row/),
      });
      expect(await done()).toBeLessThanOrEqual(fault.startsWith("response") ? most : 0);
      proxy.calm();
      await call();
      expect(await done()).toBeGreaterThanOrEqual(1);
    });

    test.each(FINAL)("%s is told as %s at once, with nothing done", async (fault, name, words) => {
      const { proxy, call, done } = await open(patience);
      proxy.inject(fault, { times: 100, on });
      await expect(call()).rejects.toMatchObject({ name, message: expect.stringMatching(words) });
      expect([proxy.count()[on], await done()]).toEqual([1, 0]);
    });

    test("a wrong clock is put right on the way", async () => {
      const { proxy, call, done } = await open(patience);
      proxy.inject("clock-skewed", { times: 100 });
      await call();
      expect(await done()).toBe(1);
    });
  });
}
