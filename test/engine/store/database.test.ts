import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configure, openDatabase } from "../../../engine/store/database.ts";
import { SCHEMA_VERSION } from "../../../engine/store/schema.ts";
import { Store } from "../../../engine/store/store.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "engine-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("a database of the engine", () => {
  it("keeps a commit that has returned: WAL, synchronous FULL, and fullfsync where there is one", () => {
    const database = openDatabase(join(directory, "e.db"));
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect([pragma("journal_mode"), pragma("synchronous")]).toEqual(["wal", 2]);
    if (process.platform === "darwin") expect(pragma("fullfsync")).toBe(1);
    database.close();
  });

  it("is refused where commits cannot be kept", () => {
    const database = new DatabaseSync(":memory:");
    // A connection that says it has a file and a journal in memory stands for a file system without WAL.
    const pretender = new Proxy(database, {
      get: (target, name) => {
        if (name === "location") return () => "/somewhere/e.db";
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    expect(() => configure(pretender)).toThrow(/journal_mode is memory and not wal/);
  });

  it("of a newer engine is refused in one sentence", () => {
    const path = join(directory, "e.db");
    const database = openDatabase(path);
    database.exec("UPDATE engine_schema SET version = 99");
    database.close();
    expect(() => openDatabase(path)).toThrow(/written by a newer engine \(schema 99/);
  });

  it("of an older engine becomes one of this engine, with what is in it", () => {
    const path = join(directory, "e.db");
    const old = openDatabase(path);
    const columns =
      "id, position, scope, state, phase, entered_at, entered_event, last_event, scheduled_event";
    old.exec(`ALTER TABLE engine_frames ADD COLUMN before_entered INTEGER NOT NULL DEFAULT 0;
      INSERT INTO engine_frames (${columns}) VALUES (65536, 0, '', 'A', 'wait', 1, 2, 2, 0);
      UPDATE engine_schema SET version = 1`);
    old.close();
    const databases = [openDatabase(path), openDatabase(path)];
    for (const database of databases) {
      expect(database.prepare("SELECT version FROM engine_schema").get()).toEqual({
        version: SCHEMA_VERSION,
      });
      const [frame] = new Store(database).frames.of(1);
      expect(frame).toMatchObject({ state: "A", phase: "wait" });
      expect(frame).not.toHaveProperty("before_entered");
      database.close();
    }
  });

  it("may hold tables of others", () => {
    const database = openDatabase(join(directory, "e.db"));
    database.exec("CREATE TABLE mine (x)");
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    expect(names.every(({ name }) => name === "mine" || String(name).startsWith("engine_"))).toBe(true);
    database.close();
  });

  it("is opened by several at once while it is still empty", () => {
    const path = join(directory, "e.db");
    const databases = [openDatabase(path), openDatabase(path)];
    for (const database of databases) {
      expect(new Store(database).epoch.current()).toBe(0);
      database.close();
    }
  });
});

describe("a transaction", () => {
  it("writes nothing when its work throws", () => {
    const store = new Store(openDatabase(":memory:"));
    const work = () => {
      store.notices.post(1);
      throw new Error("half-way");
    };
    expect(() => store.transaction(work)).toThrow("half-way");
    expect(store.notices.read().executions.size).toBe(0);
    expect(store.transaction(() => store.notices.post(2))).toBeUndefined();
  });
});
