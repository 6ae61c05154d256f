import type { RememberedFacts } from "../memory/remembered.ts";
import type { Tools } from "./tools.ts";

export const RECALLING_TOOLS = ["memory.facts", "memory.similar"] as const;
type RecallingTools = Pick<Tools, (typeof RECALLING_TOOLS)[number]>;

const MOST_SIMILAR = 3;

/** What is known of a stack, and what is most like a text: for people, and for nothing else. */
export async function recallFor(tools: RecallingTools, text: string): Promise<RememberedFacts> {
  const [facts, similar] = await Promise.all([
    tools["memory.facts"](),
    tools["memory.similar"](text, MOST_SIMILAR),
  ]);
  const { comparedBy, note } = similar;
  const told = { facts: [...facts], precedents: [...similar.precedents], comparedBy };
  return note === undefined ? told : { ...told, note };
}
