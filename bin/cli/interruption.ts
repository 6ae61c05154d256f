import { printAside } from "./print.ts";

/**
 * One press of Ctrl-C arrives several times within moments: from the terminal, from npx and from our own launcher,
 * each of which passes it on. Milliseconds.
 */
const SAME_PRESS_MS = 400;

/** The exit status of a process that Ctrl-C ended (128 + SIGINT). */
const INTERRUPTED = 130;

/**
 * A signal that aborts when the person presses Ctrl-C or the system asks the process to end: the work in hand is
 * journalled and everything else is left for the next `resume`. A second Ctrl-C ends the process at once.
 */
export function interruption(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  let first = 0;
  const onSignal = () => {
    if (!controller.signal.aborted) {
      first = Date.now();
      printAside("stopping as soon as the step under way is journalled; Ctrl-C once more stops at once");
      controller.abort();
    } else if (Date.now() - first > SAME_PRESS_MS) process.exit(INTERRUPTED);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const watching = whenAbandoned(() => {
    // Being left behind while stopping is no second press.
    if (!controller.signal.aborted) onSignal();
  });
  return {
    signal: controller.signal,
    dispose: () => {
      clearInterval(watching);
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/** How often it is looked whether whoever launched us is still there, in milliseconds. */
const LOOK_MS = 250;

/**
 * Calls when whoever launched us has gone. npm and npx pass a signal on to the shell between and leave: nobody would
 * ever tell this process to stop.
 */
function whenAbandoned(call: () => void): NodeJS.Timeout | undefined {
  if (!(process.env["npm_execpath"] || process.env["CONDUCTOR_LAUNCHED"])) return undefined;
  const parent = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watching);
    call();
  }, LOOK_MS);
  return watching.unref();
}

/** What somebody reads who has stopped a command before its work had ended. */
export const STOPPED = "stopped; nothing is lost: `npx conductor resume` carries on";
