import type { DatabaseSync } from "node:sqlite";
import { assertName, type Home, stateMachineArn, stateMachineName } from "./arn.ts";
import { type Clock, RealClock } from "./clock.ts";
import { loadDefinition } from "./definition/load.ts";
import { conceive, insertExecution, type Started } from "./driver/birth.ts";
import { Driver } from "./driver/driver.ts";
import type { EndedExecution } from "./driver/driver-parts.ts";
import { FactSheet } from "./driver/facts.ts";
import { GroupCommit } from "./driver/group-commit.ts";
import { Machines } from "./driver/machines.ts";
import { Watch } from "./driver/watch.ts";
import type { Integrations } from "./integrations/call.ts";
import type { EventsPort, FunctionInvoker, QueuePort } from "./integrations/ports.ts";
import type { ChildStart } from "./integrations/start-execution.ts";
import { Interpreter } from "./interpreter/interpreter.ts";
import type { Run, RunSurroundings } from "./interpreter/run.ts";
import { exceedsPayloadLimit } from "./json.ts";
import { Evaluator } from "./jsonata/evaluator.ts";
import type { GuardLimits } from "./jsonata/guard.ts";
import { ServiceError } from "./service-error.ts";
import { loadRun } from "./store/load-run.ts";
import { saveRun } from "./store/save-run.ts";
import { Store } from "./store/store.ts";
import { newTaskToken } from "./task-token.ts";
import { timeOrderedUuid } from "./time-ordered-uuid.ts";
import {
  type DescribeExecutionOutput,
  describeExecution,
  type ListExecutionsInput,
  type ListExecutionsOutput,
  listExecutions,
} from "./verbs/executions.ts";
import {
  type GetExecutionHistoryInput,
  type GetExecutionHistoryOutput,
  getExecutionHistory,
} from "./verbs/history.ts";
import { assertJson, type StopExecutionInput, stopExecution } from "./verbs/stop.ts";
import { beat, settleToken } from "./verbs/tokens.ts";
import { assertWhy, type Why } from "./verbs/why.ts";

export interface EngineOptions {
  /** Opened by `openDatabase`, or by the caller and passed to `configure`. One engine for each connection. */
  readonly database: DatabaseSync;
  readonly functions: FunctionInvoker;
  readonly events?: EventsPort;
  readonly queue?: QueuePort;
  readonly clock?: Clock;
  readonly region?: string;
  readonly accountId?: string;
  /** What `$states.context.Execution.RoleArn` says. */
  readonly roleArn?: string;
  /** A number from 0 to 1, for the jitter of retries. */
  readonly random?: () => number;
  /** How long (milliseconds) and with how much memory (MiB) one JSONata expression may be evaluated. */
  readonly evaluationLimits?: Partial<GuardLimits>;
  /** Told of every execution that this engine, while it drives, has ended; the end is durable then. */
  readonly onEnded?: (execution: EndedExecution) => void;
  /** Told of errors that nobody waits for, such as a commit that failed and will be tried again. */
  readonly onError?: (error: unknown) => void;
}

export interface StartExecutionInput {
  /** Name or ARN. */
  readonly stateMachine: string;
  readonly name?: string;
  /** JSON; `{}` where it is absent. */
  readonly input?: string;
}

/** How long stop() waits for the Tasks under way, in milliseconds. */
const DRAIN_LIMIT = 30_000;

/** Runs state machines durably in one SQLite file. Any number of processes may call it; one of them drives. */
export class Engine {
  readonly #store: Store;
  readonly #machines: Machines;
  readonly #clock: Clock;
  readonly #home: Home;
  readonly #facts: FactSheet;
  readonly #commit: GroupCommit;
  readonly #interpreter: Interpreter;
  readonly #runSurroundings: RunSurroundings;
  readonly #integrations: Integrations;
  readonly #onError: (error: unknown) => void;
  readonly #onEnded: (execution: EndedExecution) => void;
  #driver: Driver | undefined;
  #watch: Watch | undefined;

  constructor(options: EngineOptions) {
    this.#store = new Store(options.database);
    this.#machines = new Machines(this.#store);
    this.#clock = options.clock ?? new RealClock();
    this.#home = { region: options.region ?? "us-east-1", accountId: options.accountId ?? "000000000000" };
    this.#facts = new FactSheet(
      this.#home,
      options.roleArn ?? `arn:aws:iam::${this.#home.accountId}:role/engine`,
    );
    this.#onError = options.onError ?? (() => {});
    this.#onEnded = options.onEnded ?? (() => {});
    this.#commit = new GroupCommit(this.#store);
    this.#runSurroundings = {
      clock: this.#clock,
      evaluator: new Evaluator(this.#clock, options.evaluationLimits),
    };
    this.#interpreter = new Interpreter({
      clock: this.#clock,
      home: this.#home,
      random: options.random ?? Math.random,
      newTaskToken,
      report: this.#onError,
    });
    this.#integrations = {
      home: this.#home,
      functions: options.functions,
      events: options.events,
      queue: options.queue,
      startChild: (child) => this.#start(child),
    };
  }

  /** Registers a definition under a name; running executions keep the one they began with. Throws DefinitionRefused. */
  loadStateMachine({ name, definition }: { name: string; definition: string | object }): string {
    assertName(name);
    const text = typeof definition === "string" ? definition : JSON.stringify(definition);
    const machine = this.#machines.keep(loadDefinition(text).machine);
    if (this.#store.definitions.hashOf(name) !== machine.hash) {
      this.#store.transaction(() => this.#store.definitions.save(name, machine.hash, text));
    }
    return stateMachineArn(this.#home, name);
  }

  /** Starts an execution; it is durable when the promise resolves. */
  async startExecution({
    stateMachine,
    name = timeOrderedUuid(this.#clock.now()),
    input = "{}",
  }: StartExecutionInput): Promise<Started> {
    return this.#start({ stateMachine: stateMachineName(stateMachine), name, input, parentToken: undefined });
  }

  async stopExecution(input: StopExecutionInput): Promise<{ stopDate: Date }> {
    const driver = this.#driver;
    const { stopDate, ids } = await this.#commit.run(() => {
      const stopped = stopExecution(this.#store, this.#home, input, this.#clock.now());
      for (const id of stopped.ids) this.#tell(id, () => driver?.stopping(id));
      return stopped;
    });
    if (driver && ids.length > 0) driver.takeOutcomes();
    return { stopDate };
  }

  describeExecution({ executionArn: arn }: { executionArn: string }): DescribeExecutionOutput {
    return describeExecution(this.#store, this.#home, arn);
  }

  listExecutions(input: ListExecutionsInput = {}): ListExecutionsOutput {
    return listExecutions(this.#store, this.#home, input);
  }

  getExecutionHistory(input: GetExecutionHistoryInput): GetExecutionHistoryOutput {
    return getExecutionHistory(this.#store, this.#home, input);
  }

  async sendTaskSuccess({ taskToken, output }: { taskToken: string; output: string }): Promise<void> {
    assertJson(output, "InvalidOutput", "Output");
    if (exceedsPayloadLimit(output)) {
      throw new ServiceError("InvalidOutput", "Invalid Output: 'it has more than 262144 bytes'");
    }
    await this.#settle(taskToken, { kind: "success", result: output });
  }

  async sendTaskFailure({ taskToken, ...why }: { taskToken: string } & Why): Promise<void> {
    assertWhy(why);
    await this.#settle(taskToken, { kind: "failure", error: why.error, cause: why.cause });
  }

  async sendTaskHeartbeat({ taskToken }: { taskToken: string }): Promise<void> {
    await this.#commit.run(() => beat(this.#store, taskToken, this.#clock.now()));
  }

  /** Begins to move executions on. The caller makes sure that one process does; the latest to start wins. */
  start(): void {
    if (this.#driver) return;
    const driver = new Driver({
      store: this.#store,
      clock: this.#clock,
      commit: this.#commit,
      interpreter: this.#interpreter,
      integrations: this.#integrations,
      loadRun: (id) => this.#loadRun(id),
      onEnded: this.#onEnded,
      onError: this.#onError,
    });
    this.#driver = driver;
    this.#watch = new Watch(this.#store, this.#commit, driver, this.#onError);
    driver.takeUp();
    this.#watch.start();
  }

  /** Begins no new Task, waits for those under way until they are journalled, and lets go. */
  async stop({ limit = DRAIN_LIMIT }: { limit?: number } = {}): Promise<void> {
    const driver = this.#driver;
    if (!driver) return;
    this.#watch?.stop();
    await driver.drain(limit);
    this.#driver = undefined;
    this.#runSurroundings.evaluator.close();
  }

  /** Resolves when nothing can go on without time passing or a call from outside. */
  async settled(): Promise<void> {
    this.#watch?.look();
    await (this.#driver?.settled() ?? this.#commit.run(() => undefined));
  }

  /** When the next wait, retry or timeout falls due; undefined when only a call from outside can let anything go on. */
  nextDue(): Date | undefined {
    const times = [this.#store.frames.nextDue(-1), this.#store.executions.nextDeadline(-1)];
    const due = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(due) ? new Date(due) : undefined;
  }

  async #settle(taskToken: string, outcome: Parameters<typeof settleToken>[2]): Promise<void> {
    const driver = this.#driver;
    await this.#commit.run(() => {
      const id = settleToken(this.#store, taskToken, outcome);
      this.#tell(id, () => {});
    });
    driver?.takeOutcomes();
  }

  /** Lets the driver know of an execution that has changed: at once where it is here, by a notice where it is not. */
  #tell(id: number, here: () => void): void {
    if (this.#driver) here();
    else this.#store.notices.post(id);
  }

  async #start({ stateMachine, name, input, parentToken }: ChildStart): Promise<Started> {
    assertName(name);
    assertJson(input, "InvalidExecutionInput", "State Machine Execution Input");
    if (exceedsPayloadLimit(input)) {
      throw new ServiceError(
        "InvalidExecutionInput",
        "Invalid State Machine Execution Input: 'it has more than 262144 bytes'",
      );
    }
    const hash = this.#store.definitions.hashOf(stateMachine);
    if (hash === undefined) {
      const arn = stateMachineArn(this.#home, stateMachine);
      throw new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    }
    const startedAt = this.#clock.now();
    const facts = this.#facts.of({ stateMachine, name, input, parentToken, startedAt });
    const run = conceive(facts, this.#machines.byHash(hash), this.#runSurroundings);
    return this.#driver?.give(run) ?? this.#commit.run(() => this.#insert(run));
  }

  #insert(run: Run): Started {
    const started = insertExecution(this.#store, run);
    if (run.id !== undefined) {
      saveRun(this.#store, this.#home, run, this.#clock.now());
      this.#store.notices.post(run.id);
    }
    return started;
  }

  #loadRun(id: number): Run | undefined {
    const row = this.#store.executions.byId(id);
    if (row?.status !== "RUNNING") return undefined;
    const facts = this.#facts.of({
      stateMachine: row.state_machine,
      name: row.name,
      input: row.input,
      startedAt: row.started_at,
      parentToken: row.parent_token ?? undefined,
    });
    return loadRun(this.#store, id, facts, this.#machines.byHash(row.hash), this.#runSurroundings);
  }
}
