import { parentPort } from "node:worker_threads";
import { compileExpression, type Expression } from "./expression.ts";
import type { Request, Response } from "./guard.ts";
import { Usage } from "./limits.ts";
import { outcomeOf } from "./outcome.ts";
import { timeFunctions } from "./time-functions.ts";

/** How many compiled expressions the thread keeps. */
const CAPACITY = 500;

const compiled = new Map<string, Expression>();

/** Of the one evaluation that is under way. */
const usage = new Usage();

function expressionFor(source: string): Expression {
  const known = compiled.get(source);
  if (known) return known;
  const expression = compileExpression(source, usage);
  if ("why" in expression) throw new Error(expression.why);
  if (compiled.size >= CAPACITY) compiled.clear();
  compiled.set(source, expression);
  return expression;
}

async function answer({ source, bindings, now }: Request): Promise<Response> {
  try {
    const expression = expressionFor(source);
    usage.begin();
    return { outcome: outcomeOf(await expression.evaluate({ ...timeFunctions(now), ...bindings })) };
  } catch (error) {
    // What jsonata throws is not always an Error, and holds more than can be sent.
    const { code, message } = error as { code?: string; message?: string };
    return { thrown: { ...(code === undefined ? {} : { code }), message: message ?? String(error) } };
  }
}

const say = (response: Response) => parentPort?.postMessage(response);

parentPort?.on("message", (request: Request) => {
  void answer(request).then(say);
});
say({ ready: true });
