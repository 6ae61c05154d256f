import { DriverLock } from "../../adapters/embedded/driver-lock.ts";
import { EngineOrchestrator } from "../../adapters/embedded/orchestrator.ts";
import { asStorageError, isPassing, type StorageError } from "../../adapters/embedded/storage-error.ts";
import { publish } from "../../core/outbox.ts";
import { Engine } from "../../engine/engine.ts";
import { Delivery } from "./delivery.ts";
import { inProcess } from "./functions.ts";
import type { Home } from "./home.ts";
import { definitionOf, ENGINE_HOME, MACHINES } from "./machines.ts";
import { reconcile } from "./reconcile.ts";
import { visitedStates } from "./visited-states.ts";

const RECONCILE_MS = 5_000;
/** How soon others hear of an event, in milliseconds. */
const PUBLISH_MS = 250;

/** Moves the executions of a data directory on: one process at a time does. */
export class Driver {
  readonly #home: Home;
  readonly #lock: DriverLock;
  readonly #engine: Engine;
  readonly #delivery: Delivery;
  readonly #onError: (error: unknown) => void;
  #timers: NodeJS.Timeout[] = [];
  #seen: unknown;
  #failure: StorageError | undefined;
  #publishing: Promise<unknown> = Promise.resolve();

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
    try {
      await driver.#start();
      return driver;
    } catch (error) {
      await driver.stop();
      throw error;
    }
  }

  private constructor(home: Home, lock: DriverLock, onError: (error: unknown) => void) {
    this.#home = home;
    this.#lock = lock;
    this.#onError = (error) => {
      if (!this.#stopsHere(error)) onError(error);
    };
    this.#engine = new Engine({
      database: home.directory.database,
      functions: inProcess(
        home.world,
        () => this.#delivery,
        (error) => this.#stopsHere(error),
      ),
      ...ENGINE_HOME,
      onError: this.#onError,
    });
    const orchestrator = new EngineOrchestrator(this.#engine, ENGINE_HOME);
    this.#delivery = new Delivery(home.world.table, { orchestrator, anchors: home.anchors });
  }

  async #start(): Promise<void> {
    for (const name of MACHINES) this.#engine.loadStateMachine({ name, definition: definitionOf(name) });
    this.#engine.start();
    await this.deliver();
    await reconcile(this.#home, this.#engine);
    this.#timers = [
      setInterval(() => this.#watched(this.#look()), this.#home.lookMs),
      setInterval(() => this.#watched(this.#reconcile()), RECONCILE_MS),
      setInterval(() => this.#publish(), Math.max(PUBLISH_MS, this.#home.lookMs)),
    ];
  }

  /** Why this process can drive no longer: the disk is full, or gone. What was not journalled is done anew later. */
  get failure(): StorageError | undefined {
    return this.#failure;
  }

  /** The states a run has entered, in order; none of a run that is yet to start. */
  visited(run: { readonly machine: string; readonly name: string }): readonly string[] {
    return visitedStates(this.#engine, run);
  }

  /** Delivers what waits in the outbox, one delivery at a time. */
  deliver(): Promise<unknown> {
    return this.#delivery.all();
  }

  /** Begins nothing new, lets what runs be journalled, tells others of it, and makes way for another driver. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#delivery.idle();
    // With nothing to write on, waiting for what runs would be in vain.
    await this.#engine.stop(this.#failure ? { limit: 0 } : {});
    if (!this.#failure) {
      await this.#delivery.end().catch(this.#onError);
      await this.#publish();
    }
    this.#lock.release();
  }

  /** One publication at a time; what goes wrong is for whoever looks after the bus and stops nothing here. */
  #publish(): Promise<unknown> {
    this.#publishing = this.#publishing
      .then(() => publish(this.#home.world.table, this.#home.events))
      .catch(this.#onError);
    return this.#publishing;
  }

  /** True when the error is of the disk and not of the work, so that no execution must suffer for it. */
  #stopsHere(error: unknown): boolean {
    const fault = asStorageError(error, this.#home.directory.path);
    if (!fault || isPassing(fault)) return false;
    this.#failure ??= fault;
    return true;
  }

  /** Delivers what was left over, and ends what ended without saying so. */
  async #reconcile(): Promise<void> {
    await this.deliver();
    await reconcile(this.#home, this.#engine);
  }

  /** Delivers what other processes may have put into the outbox. */
  async #look(): Promise<void> {
    const state = this.#home.state("others");
    if (state === this.#seen) return;
    this.#seen = state;
    await this.deliver();
  }

  #watched(work: Promise<unknown>): void {
    work.catch(this.#onError);
  }
}
