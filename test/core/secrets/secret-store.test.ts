import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { CachedSecrets, Secret, SecretError, type SecretStore } from "../../../core/secrets/secret-store.ts";
import { TestClock } from "../../support/clock.ts";

const MINUTE_MS = 60_000;

/** A store whose every reading gives another value, or fails. */
class Counting implements SecretStore {
  readings = 0;
  failing = false;

  async read(name: string): Promise<Secret> {
    this.readings++;
    if (this.failing) throw new SecretError("SecretMissing", `there is no secret ${name}`);
    return new Secret(`${name} ${this.readings}`);
  }
}

function remembering() {
  const clock = new TestClock();
  const store = new Counting();
  return { clock, store, secrets: new CachedSecrets(store, clock, MINUTE_MS) };
}

describe("secrets that are remembered", () => {
  test("are read once a minute, however many ask at once, each under its own name", async () => {
    const { clock, store, secrets } = remembering();
    const all = await Promise.all([secrets.read("a"), secrets.read("a"), secrets.read("b")]);
    expect(all.map((secret) => secret.reveal())).toEqual(["a 1", "a 1", "b 2"]);
    clock.advance(MINUTE_MS - 1);
    expect((await secrets.read("a")).reveal()).toBe("a 1");
    clock.advance(1);
    expect((await secrets.read("a")).reveal()).toBe("a 3");
    expect(store.readings).toBe(3);
  });

  test("are asked for again after a failure, which nobody remembers", async () => {
    const { store, secrets } = remembering();
    store.failing = true;
    await expect(secrets.read("a")).rejects.toMatchObject({ name: "SecretMissing" });
    store.failing = false;
    expect((await secrets.read("a")).reveal()).toBe("a 2");
  });

  test("are not served from memory once a refresh has failed: the old one may be what was withdrawn", async () => {
    const { store, secrets } = remembering();
    await secrets.read("a");
    store.failing = true;
    await expect(secrets.refresh("a")).rejects.toMatchObject({ name: "SecretMissing" });
    await expect(secrets.read("a")).rejects.toMatchObject({ name: "SecretMissing" });
  });
});

test("a secret shows itself to who asks it, and to nobody else", () => {
  const secret = new Secret("correct-horse");
  expect(secret.reveal()).toBe("correct-horse");
  const shown = [
    `${secret}`,
    JSON.stringify([secret]),
    inspect(secret, { showHidden: true }),
    inspect({ secret }),
  ];
  expect(shown).toEqual(["[redacted]", '["[redacted]"]', "[redacted]", "{ secret: [redacted] }"]);
  expect(Object.entries(secret)).toEqual([]);
});
