import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import { FaultProxy } from "./fault-proxy.ts";
import { type Moto, startMoto, wireIsMissing } from "./moto-server.ts";

/** A suite that talks to moto; where it cannot, it is skipped by its name. */
export function describeWire(name: string, body: (moto: () => Moto) => void): void {
  describe.skipIf(wireIsMissing)(name, () => body(useMoto()));
}

/** Python takes its time to load moto where others compute as well. */
const START_MS = 60_000;

/** Runs a server of its own for the surrounding suite. */
export function useMoto(): () => Moto {
  let moto: Moto | undefined;
  beforeAll(async () => {
    if (!wireIsMissing) moto = await startMoto();
  }, START_MS);
  afterAll(async () => await moto?.end());
  return () => {
    if (!moto) throw new Error("moto is there while the suite's tests run");
    return moto;
  };
}

/** A proxy before the server that goes with the test. */
export async function faultsBefore({ endpoint }: Moto): Promise<FaultProxy> {
  const proxy = await FaultProxy.before(endpoint);
  onTestFinished(() => proxy.end());
  return proxy;
}
