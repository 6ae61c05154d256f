import * as z from "zod";
import { functionEvent } from "../../core/function-event.ts";
import type { World } from "../../core/ports.ts";
import { awaitEvent, awaitGate, settleEvent, settleGates } from "./decisions.ts";
import { openEvent, openGates } from "./open-gates.ts";
import { planAnew, planAnewEvent, voidApproval, voidEvent } from "./plan-again.ts";
import { askToRelax, openReview, reviewEvent } from "./reviews.ts";
import { awaitWindow, windowEvent } from "./window.ts";

const event = z.discriminatedUnion("action", [
  openEvent.extend({ action: z.literal("open") }),
  reviewEvent.extend({ action: z.literal("review") }),
  functionEvent.extend({ action: z.literal("relax") }),
  awaitEvent.extend({ action: z.literal("await") }),
  settleEvent.extend({ action: z.literal("settle") }),
  voidEvent.extend({ action: z.literal("void") }),
  windowEvent.extend({ action: z.literal("window") }),
  planAnewEvent.extend({ action: z.literal("plan-anew") }),
]);

/** Everything about the gates of an execution, but deciding on them. */
export async function gatekeeper(input: unknown, world: World): Promise<object> {
  const asked = event.parse(input);
  switch (asked.action) {
    case "open":
      return await openGates(asked, world);
    case "review":
      return await openReview(asked, world);
    case "relax":
      return await askToRelax(asked, world);
    case "await":
      return await awaitGate(asked, world);
    case "settle":
      return await settleGates(asked, world);
    case "void":
      return await voidApproval(asked, world);
    case "plan-anew":
      return await planAnew(asked, world);
    case "window":
      return await awaitWindow(asked, world);
  }
}
