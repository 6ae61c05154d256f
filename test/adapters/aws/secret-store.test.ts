import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { clientOf } from "../../../adapters/aws/clients.ts";
import { SecretsManagerStore } from "../../../adapters/aws/secret-store.ts";
import type { FaultProxy } from "../../support/fault-proxy.ts";
import { describeFaults, patience } from "../../support/messaging-faults.ts";
import { faultsBefore, useMoto } from "../../support/moto.ts";
import { type Moto, wireIsMissing } from "../../support/moto-server.ts";

interface Bench {
  readonly proxy: FaultProxy;
  readonly store: SecretsManagerStore;
  /** Past the proxy. */
  readonly client: SecretsManagerClient;
}

/** A server that has the secret `one`. */
async function bench(moto: Moto, waiting = patience): Promise<Bench> {
  await moto.reset();
  const proxy = await faultsBefore(moto);
  const client = clientOf(moto.place(), SecretsManagerClient);
  await client.send(new CreateSecretCommand({ Name: "one", SecretString: "correct-horse" }));
  const store = new SecretsManagerStore(moto.place({ endpoint: proxy.endpoint, patience: waiting }));
  return { proxy, store, client };
}

describe.skipIf(wireIsMissing)("secrets in Secrets Manager", () => {
  const moto = useMoto();

  describeFaults("reading a secret", { on: "GetSecretValue", most: 1 }, async (waiting) => {
    const { proxy, store } = await bench(moto(), waiting);
    const read: string[] = [];
    const call = async () => read.push((await store.read("one")).reveal());
    return {
      proxy,
      call,
      done: () => Promise.resolve(read.filter((value) => value === "correct-horse").length),
    };
  });

  test("cost a call each", async () => {
    const { proxy, store } = await bench(moto());
    await store.read("one");
    expect(proxy.count()).toEqual({ GetSecretValue: 1 });
  });

  test("are read by their ARN as well, and never but in the version that holds now", async () => {
    const { store, client } = await bench(moto());
    const { ARN = "" } = await client.send(
      new PutSecretValueCommand({ SecretId: "one", SecretString: "pending", VersionStages: ["AWSPENDING"] }),
    );
    expect((await store.read(ARN)).reveal()).toBe("correct-horse");
  });

  test("that are being deleted are told so", async () => {
    const { store, client } = await bench(moto());
    await client.send(new DeleteSecretCommand({ SecretId: "one", RecoveryWindowInDays: 7 }));
    await expect(store.read("one")).rejects.toMatchObject({
      name: "SecretMissing",
      message: expect.stringMatching(/the secret one .*deletion.*restore/),
    });
  });

  test("that are no text are told so, and nothing of them is shown", async () => {
    const { store, client } = await bench(moto());
    const SecretBinary = Buffer.from("battery-staple");
    await client.send(new CreateSecretCommand({ Name: "binary", SecretBinary }));
    await expect(store.read("binary")).rejects.toMatchObject({
      name: "SecretUnreadable",
      message: "the secret binary is binary; store it as text",
    });
  });

  test.each([
    ["DecryptionFailure", "SecretUnreadable", /kms:Decrypt/],
    ["ResourceNotFoundException", "SecretMissing", /no secret one/],
  ] as const)(
    "that Secrets Manager refuses with %s are told as %s, with what to do",
    async (code, name, words) => {
      const { proxy, store } = await bench(moto());
      proxy.inject({ status: 400, code, message: "no" });
      await expect(store.read("one")).rejects.toMatchObject({ name, message: expect.stringMatching(words) });
      expect(proxy.count()).toEqual({ GetSecretValue: 1 });
    },
  );

  test("are in no error, whatever went wrong on the way", async () => {
    for (const fault of ["response-cut", "throttled", "credentials-expired"] as const) {
      const { proxy, store } = await bench(moto());
      proxy.inject(fault, { times: 100 });
      const error = (await store.read("one").catch((one: unknown) => one)) as Error;
      expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain("correct-horse");
    }
  });
});
