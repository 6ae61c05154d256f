import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { isTerminal, printLine } from "../cli/print.ts";
import { type Described, describeEvent } from "./describe-event.ts";

/** Shows events as they happen. */
export interface Progress {
  event(event: TimelineEvent): void;
  /** Leaves the line free for something else: a prompt, the shell. */
  pause(): void;
}

/** Lively on a terminal, plain lines elsewhere, nothing at all beside JSON. */
export async function progressFor({ json }: { readonly json?: boolean }): Promise<Progress> {
  if (json) return { event: () => {}, pause: () => {} };
  if (!isTerminal()) return plainProgress();
  return new TerminalProgress(await import("@clack/prompts"));
}

const MARKS: Readonly<Record<Described["tone"], string>> = {
  step: "•",
  info: " ",
  good: "✓",
  bad: "✗",
  ask: "?",
};

function plainProgress(): Progress {
  return {
    event: (event) => {
      const described = describeEvent(event);
      if (described) printLine(`${MARKS[described.tone]} ${described.text}`);
    },
    pause: () => {},
  };
}

type Clack = typeof import("@clack/prompts");

/** Resources shown at once while a stack is applied; the timeline has them all. */
const RESOURCES_SHOWN = 12;

/** Steps spin until they are done; resources scroll by in a window of their own. */
class TerminalProgress implements Progress {
  readonly #clack: Clack;
  #spinner: ReturnType<Clack["spinner"]> | undefined;
  #resources: ReturnType<Clack["taskLog"]> | undefined;
  #step = "";

  constructor(clack: Clack) {
    this.#clack = clack;
  }

  event(event: TimelineEvent): void {
    const described = describeEvent(event);
    if (!described) return;
    if (event.type === "apply.began" || event.type === "rollback.began") this.#openWindow(described.text);
    else if (event.type === "apply.progress") this.#resource(described);
    else if (this.#resources && event.type.endsWith(".ended")) this.#closeWindow(described);
    else if (described.tone === "step") this.#spin(described.text);
    else if (described.tone === "info" && this.#spinner) this.#settle(`${this.#step} · ${described.text}`);
    else this.#say(described);
  }

  pause(): void {
    this.#settle(this.#step);
  }

  #openWindow(title: string): void {
    this.#settle(this.#step);
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

  #spin(text: string): void {
    this.#settle(this.#step);
    this.#step = text;
    this.#spinner = this.#clack.spinner();
    this.#spinner.start(text);
  }

  #settle(text: string): void {
    this.#spinner?.stop(text);
    this.#spinner = undefined;
  }

  #say({ text, tone }: Described): void {
    this.#settle(this.#step);
    const { step, info, success, error, warn } = this.#clack.log;
    const say = { step, info, good: success, bad: error, ask: warn }[tone];
    say(text);
  }
}
