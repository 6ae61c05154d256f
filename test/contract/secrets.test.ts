import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { clientOf } from "../../adapters/aws/clients.ts";
import { SecretsManagerStore } from "../../adapters/aws/secret-store.ts";
import { FileSecretStore } from "../../adapters/embedded/secret-store.ts";
import { CachedSecrets, type SecretStore } from "../../core/secrets/secret-store.ts";
import { TestClock } from "../support/clock.ts";
import { useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { temporaryFolder } from "../support/workspace.ts";

interface Opened {
  readonly store: SecretStore;
  /** Puts a secret there, or another value in its place. */
  put(name: string, value: string): Promise<void>;
}

describe("secrets in files", () => {
  cases(() => {
    const folder = temporaryFolder();
    const put = (name: string, value: string) => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, `${value}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return Promise.resolve();
    };
    return Promise.resolve({ store: new FileSecretStore(folder), put });
  });
});

describe.skipIf(wireIsMissing)("secrets in Secrets Manager", () => {
  const moto = useMoto();
  cases(async () => {
    await moto().reset();
    const client = clientOf(moto().place(), SecretsManagerClient);
    const known = new Set<string>();
    const put = async (name: string, value: string) => {
      if (known.has(name))
        await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
      else await client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
      known.add(name);
    };
    return { store: new SecretsManagerStore(moto().place()), put };
  });
});

const VALUE = "xoxb-correct-horse";

function cases(open: () => Promise<Opened>): void {
  test.each(["slack", "agent-mesh-dev/slack", "a_b+c=d.e@f-1"])("called %s are read", async (name) => {
    const { store, put } = await open();
    await put(name, VALUE);
    await put("another", "other");
    expect((await store.read(name)).reveal()).toBe(VALUE);
  });

  test.each(["„é“ 😀", '{"user":"ada","password":"p"}', "two\nlines", "  spaces  "])(
    "of %j come back as they were stored",
    async (value) => {
      const { store, put } = await open();
      await put("one", value);
      expect((await store.read("one")).reveal()).toBe(value);
    },
  );

  test("that changed are read as they are now", async () => {
    const { store, put } = await open();
    await put("one", "first");
    expect((await store.read("one")).reveal()).toBe("first");
    await put("one", "second");
    expect((await store.read("one")).reveal()).toBe("second");
  });

  test("that are not there are told by their name", async () => {
    const { store } = await open();
    await expect(store.read("nobody-put-it")).rejects.toMatchObject({
      name: "SecretMissing",
      message: expect.stringContaining("nobody-put-it"),
    });
  });

  test("are not shown by anything that prints, logs or writes them out", async () => {
    const { store, put } = await open();
    await put("one", VALUE);
    const secret = await store.read("one");
    for (const shown of [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ])
      expect(shown).not.toContain("correct-horse");
    expect(inspect(store, { depth: 9, showHidden: true })).not.toContain("correct-horse");
  });

  test("that are remembered and were rotated are found when the time is over, or at once by who asks anew", async () => {
    const { store, put } = await open();
    const clock = new TestClock();
    const secrets = new CachedSecrets(store, clock, 300_000);
    await put("one", "first");
    expect((await secrets.read("one")).reveal()).toBe("first");
    await put("one", "second");
    clock.advance(299_999);
    expect((await secrets.read("one")).reveal()).toBe("first");
    clock.advance(1);
    expect((await secrets.read("one")).reveal()).toBe("second");
    await put("one", "third");
    expect((await secrets.refresh("one")).reveal()).toBe("third");
    expect((await secrets.read("one")).reveal()).toBe("third");
  });
}
