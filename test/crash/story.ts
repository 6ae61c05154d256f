import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openRecord } from "../../bin/home/record.ts";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { list } from "../../core/execution/executions.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { faultsAfter } from "../support/aftermath.ts";
import { chance } from "../support/chance.ts";
import { codesInTurn, enrol } from "../support/codes.ts";
import { type CommandLine, example } from "../support/command-line.ts";
import type { Ended, Process } from "../support/processes.ts";
import { killAt, type Moment } from "./moment.ts";

/** What the rounds of a story do, again and again: each one a whole change, or the undoing of the last. */
const DEEDS = ["create", "update", "undo", "fail", "create", "undo"] as const;
type Deed = (typeof DEEDS)[number];

const GOALS: Record<Exclude<Deed, "undo">, string> = {
  create: "photo-archive",
  update: "photo-archive-v2",
  fail: "fails-halfway",
};
const OUTCOMES: Record<Deed, string> = {
  create: "applied",
  update: "applied",
  undo: "rolled_back",
  fail: "rolled_back",
};

/** How often a command writes the journal at least, with no pace and with that of a demonstration: it dies before. */
const WRITES = {
  "run to the gate": [55, 55],
  "run to the end": [75, 105],
  approve: [2, 2],
  resume: [30, 80],
  rollback: [25, 60],
} as const;

/** How likely it is that a command is the one to die; whoever comes last in a round dies for certain. */
const LIKELY: Readonly<Record<keyof typeof WRITES, number>> = {
  "run to the gate": 0.4,
  "run to the end": 1,
  approve: 0.4,
  resume: 1,
  rollback: 1,
};

const APPROVERS = ["grace", "linus", "joan"];
/** Lives a round may take before it counts as stuck. */
const LIVES = 25;
/** How long a command may take on a crowded machine, in milliseconds. */
const PATIENCE = 90_000;
/** Of the time before the first write, in milliseconds. */
const STARTING = 300;

interface Answer {
  readonly executions?: readonly ExecutionReport[];
  readonly gates?: ExecutionReport["gates"];
  /** Of a report too, when the change failed; only a refusal says what the command exits with. */
  readonly error?: { readonly name: string; readonly message: string; readonly exitCode?: number };
}

export interface Round {
  readonly name: string;
  /** Where processes were killed. */
  readonly kills: readonly string[];
  readonly faults: readonly string[];
}

/** One data directory and what becomes of it, round after round. */
export class Story {
  readonly #line: CommandLine;
  readonly #data: string;
  readonly #seed: number;
  #round = 0;
  #stack = "";
  #draw: () => number = () => 0;
  #wanted = 0;
  #kills: string[] = [];
  #faults: string[] = [];
  /** Decisions that were acknowledged: `gate who`. */
  readonly #decisions = new Set<string>();

  constructor(line: CommandLine, seed: number) {
    this.#line = line;
    this.#data = line.data;
    this.#seed = seed;
  }

  async play(): Promise<Round> {
    const deed = DEEDS[this.#round % DEEDS.length] ?? "create";
    this.#round++;
    this.#draw = chance(this.#seed * 1_000 + this.#round);
    this.#wanted = this.#draw() < 0.3 ? 2 : 1;
    this.#kills = [];
    this.#faults = [];
    if (deed === "create") this.#stack = `archive-${this.#round}`;
    const id = await (deed === "undo" ? this.#undo() : this.#change(deed));
    await this.#examine(id, OUTCOMES[deed]);
    return { name: `round ${this.#round} (${deed})`, kills: this.#kills, faults: this.#faults };
  }

  async #change(deed: Exclude<Deed, "undo">): Promise<string> {
    const before = await this.#newest();
    const goal = this.#goalFile(deed);
    const others = this.#draw() < 0.5 ? ["--approve-as", APPROVERS.join(",")] : [];
    return await this.#carryToTheEnd(
      ["run", "change", "--input", goal, "--as", "ada", ...others],
      (newest) => (newest?.id === before?.id ? undefined : newest),
    );
  }

  async #undo(): Promise<string> {
    const last = await this.#newest();
    return await this.#carryToTheEnd(["rollback", last?.id ?? "", "--as", "ada"], (newest) =>
      newest?.outcome === "applied" ? undefined : newest,
    );
  }

  /**
   * Asks for it, and carries it on until it has ended; `begun` tells the execution apart from what was there before.
   * Whoever was killed before the request was stored asks again.
   */
  async #carryToTheEnd(
    request: string[],
    begun: (newest: Execution | undefined) => Execution | undefined,
  ): Promise<string> {
    let asked = false;
    for (let life = 0; life < LIVES; life++) {
      const ended = await this.#live(asked ? ["resume"] : request);
      asked = true;
      if (ended.signal) continue;
      const { executions = [], gates = [], error } = answerOf(ended);
      if (error?.exitCode !== undefined && error.name !== "DataDirectoryMissing")
        this.#faults.push(`${request[0]} was refused: ${error.message}`);
      const open = [gates, ...executions.map((one) => one.gates)].flat().filter(isOpen);
      for (const gate of open) await this.#approve(gate);
      if (open.length > 0) continue;
      const mine = begun(await this.#newest());
      if (mine?.endedAt) return mine.id;
      asked = mine !== undefined;
    }
    throw new Error(`${request.join(" ")} never ends: ${this.#kills.join("; ")}`);
  }

  async #approve({ id, requiredApprovals, approvedBy }: ExecutionReport["gates"][number]): Promise<void> {
    // People of this round alone, whose codes were not used before.
    const people = APPROVERS.map((name) => `${name}-${this.#round}`);
    const missing = people.filter((person) => !approvedBy.includes(person));
    for (const person of missing.slice(0, requiredApprovals - approvedBy.length)) {
      let ended: Ended;
      let tries = 0;
      // Whoever was killed may have used their code, and enters the next one.
      const nextCode = codesInTurn();
      do {
        const shown = ["--code", await nextCode()];
        enrol(this.#data, person);
        ended = await this.#live(["approve", id, "--as", person, "--notes", "as planned", ...shown]);
        tries++;
      } while (ended.signal);
      const name = answerOf(ended).error?.name;
      // A vote whose answer was cut off counts if it was stored, and is refused the second time.
      const repeated = tries > 1 && (name === "DecisionReplayed" || name === "GateAlreadyDecided");
      if (ended.code === 0 || repeated) this.#decisions.add(`${id} ${person}`);
      else this.#faults.push(`${person}'s approval of ${id} was refused: ${name}`);
    }
  }

  /** One process from its beginning to its end, or to its death. */
  async #live(args: readonly string[]): Promise<Ended> {
    const command = commandOf(args);
    const target = this.#kills.length < this.#wanted && this.#draw() < LIKELY[command];
    const demo = target && command !== "approve" && this.#draw() < 0.35;
    const pace = command === "approve" ? [] : ["--pace", demo ? "demo" : "none"];
    const child = this.#line.begin(...args, ...pace, "--json");
    if (target) {
      const moment = this.#moment(command, demo);
      if (await killAt(child, this.#data, moment)) {
        const at = `${moment.commits} writes and ${moment.milliseconds} ms`;
        this.#kills.push(`${command}${demo ? " (demo)" : ""} after ${at}`);
      }
    }
    const ended = await this.#end(child, args);
    if (!ended.signal && ended.complaint) this.#faults.push(`${command} complained: ${ended.complaint}`);
    return ended;
  }

  async #end(child: Process, args: readonly string[]): Promise<Ended> {
    const impatience = new AbortController();
    const late = setTimeout(PATIENCE, undefined, { signal: impatience.signal }).then(async () => {
      if (process.env["CRASH_KEEP"]) cpSync(this.#data, process.env["CRASH_KEEP"], { recursive: true });
      await child.kill();
      throw new Error(`${args.join(" ")} does not end: ${this.#kills.join("; ")}`);
    });
    const ended = await Promise.race([child.ended, late]);
    impatience.abort();
    return ended;
  }

  #moment(command: keyof typeof WRITES, demo: boolean): Moment {
    const commits = Math.floor(this.#draw() * WRITES[command][demo ? 1 : 0]);
    return { commits, milliseconds: Math.floor(this.#draw() * (commits === 0 ? STARTING : 4)) };
  }

  async #examine(id: string, outcome: string): Promise<void> {
    const home = openRecord({ data: this.#data, create: false });
    try {
      const newest = await this.#newest();
      if (newest?.outcome !== outcome) this.#faults.push(`${id} ended ${newest?.outcome}, not ${outcome}`);
      const gates = await ofExecution(home.world.table, id);
      const votes = gates.flatMap((gate) => gate.votes.map(({ by }) => `${gate.id} ${by}`));
      for (const gate of gates)
        if (gate.status !== "approved") this.#faults.push(`${gate.id} is ${gate.status}`);
      for (const vote of this.#decisions)
        if (gates.some((gate) => vote.startsWith(gate.id)) && !votes.includes(vote))
          this.#faults.push(`the decision ${vote} is lost`);
      this.#faults.push(...(await faultsAfter(home)));
    } finally {
      home.close();
    }
  }

  async #newest(): Promise<Execution | undefined> {
    if (!existsSync(this.#data)) return undefined;
    const home = openRecord({ data: this.#data, create: true });
    try {
      const { executions } = await list(home.world.table, { limit: 1 });
      return executions[0];
    } finally {
      home.close();
    }
  }

  #goalFile(deed: Exclude<Deed, "undo">): string {
    const goal = JSON.parse(readFileSync(example(GOALS[deed]), "utf8")) as object;
    const file = join(this.#line.folder, `${deed}.json`);
    writeFileSync(file, JSON.stringify(deed === "fail" ? goal : { ...goal, stack: this.#stack }));
    return file;
  }
}

function answerOf({ out, code, complaint }: Ended): Answer {
  try {
    return JSON.parse(out) as Answer;
  } catch (cause) {
    throw new Error(`exit ${code} without one JSON document: ${out.slice(0, 500)}${complaint}`, { cause });
  }
}

function commandOf([command = "", ...rest]: readonly string[]): keyof typeof WRITES {
  if (command !== "run") return command as "approve" | "resume" | "rollback";
  return rest.includes("--approve-as") ? "run to the end" : "run to the gate";
}

const isOpen = ({ status }: ExecutionReport["gates"][number]) => status === "open";
