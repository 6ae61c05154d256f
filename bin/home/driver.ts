import { DriverLock } from "../../adapters/embedded/driver-lock.ts";
import { EngineOrchestrator } from "../../adapters/embedded/orchestrator.ts";
import { deliver, type Receivers } from "../../core/outbox.ts";
import { Engine } from "../../engine/engine.ts";
import { inProcess } from "./functions.ts";
import type { Home } from "./home.ts";
import { definitionOf, ENGINE_HOME, MACHINES } from "./machines.ts";
import { reconcile } from "./reconcile.ts";

/** How soon work that another process stored is noticed, in milliseconds. */
const LOOK_MS = 50;
const RECONCILE_MS = 5_000;

/** Moves the executions of a data directory on: one process at a time does. */
export class Driver {
  readonly #home: Home;
  readonly #lock: DriverLock;
  readonly #engine: Engine;
  readonly #receivers: Receivers;
  readonly #onError: (error: unknown) => void;
  #timers: NodeJS.Timeout[] = [];
  #seen: unknown;
  #delivering: Promise<unknown> = Promise.resolve();

  /** Undefined when another process drives this directory. */
  static async begin(
    home: Home,
    command: string,
    onError: (error: unknown) => void,
  ): Promise<Driver | undefined> {
    const holder = { pid: process.pid, command, since: home.world.clock.now().toISOString() };
    const lock = DriverLock.take(home.directory.path, holder);
    if (!lock) return undefined;
    const driver = new Driver(home, lock, onError);
    await driver.#start();
    return driver;
  }

  private constructor(home: Home, lock: DriverLock, onError: (error: unknown) => void) {
    this.#home = home;
    this.#lock = lock;
    this.#onError = onError;
    this.#engine = new Engine({
      database: home.directory.database,
      functions: inProcess(home.world, () => this.#receivers),
      ...ENGINE_HOME,
      onError,
    });
    this.#receivers = { orchestrator: new EngineOrchestrator(this.#engine), anchors: home.anchors };
  }

  async #start(): Promise<void> {
    for (const name of MACHINES) this.#engine.loadStateMachine({ name, definition: definitionOf(name) });
    this.#engine.start();
    await this.deliver();
    await reconcile(this.#home, this.#engine);
    this.#timers = [
      setInterval(() => this.#look(), LOOK_MS),
      setInterval(() => this.#watched(reconcile(this.#home, this.#engine)), RECONCILE_MS),
    ];
  }

  /** Delivers what waits in the outbox, one delivery at a time. */
  deliver(): Promise<unknown> {
    this.#delivering = this.#delivering.then(() => deliver(this.#home.world.table, this.#receivers));
    return this.#delivering;
  }

  /** Begins nothing new, lets what runs be journalled, and makes way for another driver. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#delivering;
    await this.#engine.stop();
    this.#lock.release();
  }

  /** Another connection has committed something when SQLite's data version has changed. */
  #look(): void {
    const row = this.#home.directory.database.prepare("PRAGMA data_version").get();
    const version = row?.["data_version"];
    if (version === this.#seen) return;
    this.#seen = version;
    this.#watched(this.deliver());
  }

  #watched(work: Promise<unknown>): void {
    work.catch(this.#onError);
  }
}
