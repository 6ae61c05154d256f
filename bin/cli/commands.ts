import type { Command } from "commander";

export interface CommandEntry {
  readonly description: string;
  load(): Promise<Command>;
}

/** Every command with what --help says of it; its code is loaded only when it is the one called. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  start: {
    description: "serve the console and the API, and carry everything on",
    load: async () => (await import("../commands/start.ts")).start(),
  },
  token: {
    description: "issue a token for the API",
    load: async () => (await import("../commands/token.ts")).token(),
  },
  run: {
    description: "start a pipeline and watch it",
    load: async () => (await import("../commands/run.ts")).run(),
  },
  plan: {
    description: "let Atlas plan a goal; nothing is started",
    load: async () => (await import("../commands/plan.ts")).plan(),
  },
  check: {
    description: "judge an infrastructure change: risk, policy and cost",
    load: async () => (await import("../commands/check.ts")).check(),
  },
  cost: {
    description: "price a template, a change set or a Terraform plan by the month",
    load: async () => (await import("../commands/cost.ts")).cost(),
  },
  status: {
    description: "show how an execution stands",
    load: async () => (await import("../commands/status.ts")).status(),
  },
  list: {
    description: "list executions, newest first",
    load: async () => (await import("../commands/list.ts")).list(),
  },
  gates: {
    description: "list the gates that wait for people",
    load: async () => (await import("../commands/gates.ts")).gates(),
  },
  approve: {
    description: "approve a gate of somebody else's change",
    load: async () => (await import("../commands/decide.ts")).approve(),
  },
  reject: {
    description: "reject a gate of somebody else's change",
    load: async () => (await import("../commands/decide.ts")).reject(),
  },
  resume: {
    description: "carry on everything that can go on",
    load: async () => (await import("../commands/resume.ts")).resume(),
  },
  serve: {
    description: "carry everything on as it becomes possible, until told to stop",
    load: async () => (await import("../commands/serve.ts")).serve(),
  },
  pause: {
    description: "hold an execution back at its next checkpoint",
    load: async () => (await import("../commands/signals.ts")).pause(),
  },
  unpause: {
    description: "let a paused execution go on",
    load: async () => (await import("../commands/signals.ts")).unpause(),
  },
  cancel: {
    description: "end an execution before anything is applied",
    load: async () => (await import("../commands/signals.ts")).cancel(),
  },
  rollback: {
    description: "undo a change",
    load: async () => (await import("../commands/signals.ts")).rollback(),
  },
  budget: {
    description: "show or extend what an execution may spend",
    load: async () => (await import("../commands/signals.ts")).budget(),
  },
  timeline: {
    description: "show, and verify, the record of an execution",
    load: async () => (await import("../commands/timeline.ts")).timeline(),
  },
  artifacts: {
    description: "list the artifacts of an execution, or print one",
    load: async () => (await import("../commands/artifacts.ts")).artifacts(),
  },
  audit: {
    description: "check the whole record",
    load: async () => (await import("../commands/audit.ts")).audit(),
  },
  watch: {
    description: "look now at what is looked at every day: health, stacks, spending",
    load: async () => (await import("../commands/watch.ts")).watch(),
  },
  sandbox: {
    description: "look into the simulated AWS accounts, or break things in them",
    load: async () => (await import("../commands/sandbox.ts")).sandbox(),
  },
  doctor: {
    description: "check this machine and the data directory",
    load: async () => (await import("../commands/doctor.ts")).doctor(),
  },
  asl: {
    description: "run or validate an Amazon States Language definition",
    load: async () => (await import("../commands/asl.ts")).asl(),
  },
};
