import * as z from "zod";
import type { World } from "../../core/ports.ts";
import { beginApply } from "./begin-apply.ts";
import { beginUndo } from "./begin-undo.ts";
import { observe } from "./observe.ts";
import { diagnose, recover } from "./recovery.ts";

const ACTIONS = { apply: beginApply, observe, diagnose, recover, undo: beginUndo } as const;

const event = z.looseObject({ action: z.enum(["apply", "observe", "diagnose", "recover", "undo"]) });

/** The execute lane: the one function that changes the account, and only as approved. */
export async function broker(input: unknown, world: World): Promise<object> {
  const { action } = event.parse(input);
  return await ACTIONS[action](input, world);
}
