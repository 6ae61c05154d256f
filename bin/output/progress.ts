import type { TimelineEvent } from "../../core/timeline/chain.ts";
import type { Described } from "../../core/timeline/describe-event.ts";
import { isTerminal, printLine } from "../cli/print.ts";
import { describer } from "./describe-event.ts";

/** Shows events as they happen. */
export interface Progress {
  event(event: TimelineEvent): void;
}

interface ProgressOptions {
  readonly json?: boolean;
  /** Events of several executions come mixed, so each says whose it is. */
  readonly several?: boolean;
}

/** Lively on a terminal, plain lines elsewhere, nothing at all beside JSON. */
export async function progressFor({ json, several = false }: ProgressOptions): Promise<Progress> {
  if (json) return { event: () => {} };
  if (several || !isTerminal()) return plainProgress(several);
  return new TerminalProgress(await import("@clack/prompts"));
}

const MARKS: Readonly<Record<Described["tone"], string>> = {
  step: "•",
  info: " ",
  good: "✓",
  bad: "✗",
  ask: "?",
};

function plainProgress(several: boolean): Progress {
  const describe = describer();
  return {
    event: (event) => {
      const described = describe(event);
      const whose = several ? `${event.chain}  ` : "";
      if (described) printLine(`${whose}${MARKS[described.tone]} ${described.text}`);
    },
  };
}

type Clack = typeof import("@clack/prompts");

/** Resources shown at once while a stack is applied; the timeline has them all. */
const RESOURCES_SHOWN = 12;

/**
 * Steps and findings line by line; resources scroll by in a window of their own. Nothing spins: while something does,
 * clack reads the keyboard itself and ends the process on Ctrl-C or Escape, with nothing journalled and status 0.
 */
class TerminalProgress implements Progress {
  readonly #clack: Clack;
  readonly #describe = describer();
  #resources: ReturnType<Clack["taskLog"]> | undefined;

  constructor(clack: Clack) {
    this.#clack = clack;
  }

  event(event: TimelineEvent): void {
    const described = this.#describe(event);
    if (!described) return;
    if (event.type === "apply.began" || event.type === "rollback.began") this.#openWindow(described.text);
    else if (event.type === "apply.progress" && this.#resources) this.#resource(described);
    else if (this.#resources && event.type.endsWith(".ended")) this.#closeWindow(described);
    else this.#say(described);
  }

  #openWindow(title: string): void {
    this.#resources?.success(title);
    this.#resources = this.#clack.taskLog({ title, limit: RESOURCES_SHOWN, retainLog: true });
  }

  #resource({ text, tone }: Described): void {
    this.#resources?.message(`${MARKS[tone]} ${text}`);
  }

  #closeWindow({ text, tone }: Described): void {
    if (tone === "good") this.#resources?.success(text);
    else this.#resources?.error(text);
    this.#resources = undefined;
  }

  #say({ text, tone }: Described): void {
    const { step, message, success, error, warn } = this.#clack.log;
    const say = { step, info: message, good: success, bad: error, ask: warn }[tone];
    say(text, { spacing: 0 });
  }
}
