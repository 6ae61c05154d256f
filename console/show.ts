import type { Environment } from "../core/artifacts/vocabulary.ts";
import { type Action, mayInAll } from "../core/identity/access.ts";
import type { Person } from "../core/identity/people.ts";
import { ASSETS } from "./assets.ts";
import { gatesFor } from "./data.ts";
import { framed, type Page } from "./layout.ts";
import type { Icon } from "./parts/icons.ts";
import type { ConsolePorts } from "./ports.ts";
import { type ConsoleContext, identityIn } from "./request.ts";

/** Answers with a page in the console's frame. */
export type Show = (
  c: ConsoleContext,
  page: Page,
  status?: 200 | 400 | 401 | 403 | 404 | 409 | 410,
) => Promise<Response>;

export function showFor({ world, environments, simulated, outbox }: ConsolePorts): Show {
  return async (c, page, status = 200) => {
    const { mine } = await gatesFor(world, identityIn(c));
    const viewer = {
      person: c.get("person"),
      session: c.get("session"),
      waiting: mine.length,
      simulated,
      closed: closedTo(c.get("person"), environments, outbox !== undefined),
      now: world.clock.now(),
    };
    return await c.html(framed(viewer, page, ASSETS), status);
  };
}

/** The outbox is for who may do everything anyway, the record for who may look everywhere. */
function closedTo({ grants }: Person, environments: readonly Environment[], hasOutbox: boolean): Icon[] {
  const everywhere = (action: Action) => mayInAll({ grants }, action, environments);
  const outbox: Icon[] = hasOutbox && everywhere("grant-budget") ? [] : ["outbox"];
  return everywhere("view") ? outbox : [...outbox, "audit"];
}
