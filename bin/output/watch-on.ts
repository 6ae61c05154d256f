import { interruption } from "../cli/interruption.ts";
import { printAside } from "../cli/print.ts";
import { carryOn } from "../home/carry-on.ts";
import type { Home } from "../home/record.ts";
import { progressFor } from "./progress.ts";

interface WatchOptions {
  /** As it is shown to others who would like to drive. */
  readonly command: string;
  readonly json?: boolean;
}

/** Carries executions on and shows what happens from now on. True when the person left before they came to rest. */
export async function watchOn(
  home: Home,
  ids: readonly string[],
  { command, ...options }: WatchOptions,
): Promise<boolean> {
  const progress = await progressFor({ ...options, several: ids.length > 1 });
  const since = home.world.clock.now().toISOString();
  const leaving = interruption();
  try {
    const rests = await carryOn(home, ids, {
      command,
      onEvent: (event) => {
        if (event.at >= since) progress.event(event);
      },
      onError: (error) => printAside(String(error)),
      signal: leaving.signal,
    });
    return [...rests.values()].includes(undefined);
  } finally {
    leaving.dispose();
  }
}
