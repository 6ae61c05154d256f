import { isCancel, text } from "@clack/prompts";
import type { Gate } from "../../core/gate/gate.ts";

/** Asks whoever sits in front of it for the one-time code of a critical gate; undefined when they would rather not. */
export async function askForCode({ id }: Gate): Promise<string | undefined> {
  const code = await text({ message: `${id} is critical: the code of your authenticator app` });
  return isCancel(code) ? undefined : code;
}
