import type { Bindings } from "./expression.ts";

/** How jsonata calls a function object: with the environment as `this`. */
interface Focus {
  readonly environment: { lookup(name: string): FunctionObject };
}

interface FunctionObject {
  implementation(this: Focus, ...values: unknown[]): unknown;
}

/** `$now` and `$millis` at a time of the engine's clock instead of the machine's. */
export function timeFunctions(now: number): Bindings {
  return {
    millis: functionObject(() => now),
    now: functionObject(function (this: Focus, picture: unknown, timezone: unknown) {
      return this.environment.lookup("fromMillis").implementation.call(this, now, picture, timezone);
    }),
  };
}

function functionObject(implementation: FunctionObject["implementation"]): unknown {
  return { _jsonata_function: true, implementation };
}
