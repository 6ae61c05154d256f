import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { EngineOrchestrator } from "../../adapters/embedded/orchestrator.ts";
import { type SandboxControls, sandboxControls } from "../../adapters/embedded/sandbox/controls.ts";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { type Rest, restOf } from "../../bin/home/at-rest.ts";
import { Delivery } from "../../bin/home/delivery.ts";
import { inProcess } from "../../bin/home/functions.ts";
import type { Home, HomeOptions, MachineHome } from "../../bin/home/home.ts";
import { definitionOf, ENGINE_HOME, MACHINES, runArn } from "../../bin/home/machines.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { attachedTo } from "../../core/artifacts/attached.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { find } from "../../core/execution/executions.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { startChange } from "../../core/execution/start.ts";
import { castVote, ofExecution } from "../../core/gate/gates.ts";
import { publish } from "../../core/outbox.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import type { World } from "../../core/ports.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { Engine } from "../../engine/engine.ts";
import { MachineTime } from "./clock.ts";
import { approveAll, person, testHome } from "./workspace.ts";

// The first change of a file loads the CDK and compiles the validator's rules, which takes seconds of pure computing.
vi.setConfig({ testTimeout: 120_000 });

/** What a state machine is about to call. */
export interface Step {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface PipelineOptions extends Pick<HomeOptions, "models" | "environments"> {
  readonly pace?: Pace;
  /** Done before each call of a function, with its input. */
  readonly before?: (step: Step, pipeline: Pipeline) => unknown;
  readonly through?: RunOptions["through"];
}

export interface RunOptions {
  /** Done before each call of a function, with its input. */
  readonly before?: ((step: Step) => unknown) | undefined;
  /** The world as the functions see it. */
  readonly through?: ((world: World) => World) | undefined;
}

/** Both machines with everything around them, in a time that the test moves. */
export class PipelineIn<InHome extends Home> {
  readonly home: InHome;
  readonly time: MachineTime;
  readonly #engine: Engine;
  readonly #delivery: Delivery;

  /** @param home one that goes by this time */
  constructor(home: InHome, time: MachineTime, { before, through = (world) => world }: RunOptions = {}) {
    this.home = home;
    this.time = time;
    const { database } = home.directory;
    const errors: unknown[] = [];
    const functions = inProcess(
      through(this.home.world),
      () => this.#delivery,
      () => false,
    );
    this.#engine = new Engine({
      database,
      clock: this.time.engine,
      random: () => 0.5,
      functions: {
        invoke: async (call) => {
          await before?.({ name: call.functionName, payload: call.payload as Step["payload"] });
          return await functions.invoke(call);
        },
      },
      ...ENGINE_HOME,
      onError: (error) => errors.push(error),
    });
    const orchestrator = new EngineOrchestrator(this.#engine, ENGINE_HOME);
    this.#delivery = new Delivery(this.home.world.table, { orchestrator, anchors: this.home.anchors });
    for (const name of MACHINES) this.#engine.loadStateMachine({ name, definition: definitionOf(name) });
    this.#engine.start();
    onTestFinished(async () => {
      await this.#engine.stop();
      if (errors.length > 0) throw new AggregateError(errors, "the engine reported errors");
    });
  }

  get world(): World {
    return this.home.world;
  }

  /** Delivers what is left over, and what comes of it, as whoever drives does again and again. */
  async deliver(): Promise<void> {
    do await this.#engine.settled();
    while ((await this.#delivery.all()) > 0);
    await publish(this.home.world.table, this.home.events);
  }

  async start(goal: object, by = "ada"): Promise<string> {
    const { id } = await startChange(this.world, parseGoal(goal, "the goal"), person(by));
    await this.deliver();
    return id;
  }

  /** Lets time pass until an execution cannot go on by itself. */
  async rest(id: string): Promise<Execution & { readonly rest: Rest }> {
    for (;;) {
      await this.#engine.settled();
      await this.deliver();
      const execution = await find(this.world.table, id);
      const rest = await restOf(this.world, execution);
      if (rest) return { ...execution, rest };
      if (!this.time.engine.advanceToNextTimer()) throw new Error(`${id} stands still at ${execution.stage}`);
    }
  }

  /** Lets these people approve what waits for them, and lets time pass until it rests again. */
  async approve(id: string, people?: string[]): Promise<Execution & { readonly rest: Rest }> {
    await approveAll(this.home, this, id, people);
    return await this.rest(id);
  }

  async reject(id: string, by = "grace"): Promise<Execution & { readonly rest: Rest }> {
    for (const { id: gateId, digest, status } of await this.gates(id)) {
      if (status !== "open") continue;
      const vote = { gateId, decision: "reject", caller: person(by), digest, notes: "no" } as const;
      await castVote(this.world.table, vote, this.time.now());
    }
    await this.deliver();
    return await this.rest(id);
  }

  async rollBack(id: string, by = "ada"): Promise<Execution & { readonly rest: Rest }> {
    await requestRollback(this.world, id, person(by));
    await this.deliver();
    return await this.rest(id);
  }

  /** From the goal to the end, with everybody's approval. */
  async carryOut(goal: object): Promise<Execution> {
    const id = await this.start(goal);
    await this.rest(id);
    return await this.approve(id);
  }

  async told(id: string): Promise<TimelineEvent[]> {
    const events: TimelineEvent[] = [];
    for await (const event of readChain(this.world.table, id)) events.push(event);
    return events;
  }

  /** How often a run has entered a state, which is what Step Functions charges. */
  transitions(id: string): number {
    const executionArn = runArn({ machine: "change", name: id });
    const { events } = this.#engine.getExecutionHistory({ executionArn, maxResults: 1_000 });
    return events.filter(({ type }) => type.endsWith("StateEntered")).length;
  }

  gates(id: string) {
    return ofExecution(this.world.table, id);
  }

  /** An artifact of an execution, as JSON. */
  async artifact<T>(id: string, name: string): Promise<T> {
    const found = (await attachedTo(this.world.table, id)).find((ref) => ref.name === name);
    if (!found) throw new Error(`${id} has no ${name}`);
    return JSON.parse(new TextDecoder().decode(await this.world.artifacts.get(found.sha256))) as T;
  }
}

/** The same on one machine, with the means to make things go wrong in the simulated account. */
export class Pipeline extends PipelineIn<MachineHome> {
  readonly controls: SandboxControls;

  constructor({ pace = "none", before, through, ...options }: PipelineOptions = {}) {
    const time = new MachineTime();
    const home = testHome({ ...options, clock: time, pace });
    super(home, time, { before: (step) => before?.(step, this), through });
    const targets = Object.values(options.environments ?? ENVIRONMENTS);
    this.controls = sandboxControls({ database: home.directory.database, clock: time, pace, targets });
  }
}

/** A goal of examples/goals/. */
export function example(name: string): object {
  const file = join(import.meta.dirname, "../../examples/goals", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as object;
}

/** A pipeline in which something happens when a checkpoint is reached, the first time. */
export function atCheckpoint(stage: string, act: (pipeline: Pipeline, id: string) => unknown): Pipeline {
  let done = false;
  return new Pipeline({
    before: async ({ name, payload }, pipeline) => {
      if (done || name !== "Checkpoint" || payload["stage"] !== stage) return;
      done = true;
      await act(pipeline, String(payload["executionId"]));
    },
  });
}
