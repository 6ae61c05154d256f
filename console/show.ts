import { ASSETS } from "./assets.ts";
import { gatesFor } from "./data.ts";
import { framed, type Page } from "./layout.ts";
import type { ConsolePorts } from "./ports.ts";
import { type ConsoleContext, identityIn } from "./request.ts";

/** Answers with a page in the console's frame. */
export type Show = (
  c: ConsoleContext,
  page: Page,
  status?: 200 | 400 | 401 | 403 | 404 | 409 | 410,
) => Promise<Response>;

export function showFor({ world, simulated, outbox }: ConsolePorts): Show {
  return async (c, page, status = 200) => {
    const { mine } = await gatesFor(world, identityIn(c));
    const viewer = {
      person: c.get("person"),
      session: c.get("session"),
      waiting: mine.length,
      simulated,
      hasOutbox: outbox !== undefined,
      now: world.clock.now(),
    };
    return await c.html(framed(viewer, page, ASSETS), status);
  };
}
