import type { Clock } from "../clock.ts";
import type { Bindings } from "./expression.ts";

/** How jsonata calls a function object: with the environment as `this`. */
interface Focus {
  readonly environment: { lookup(name: string): FunctionObject };
}

interface FunctionObject {
  implementation(this: Focus, ...values: unknown[]): unknown;
}

/** `$now` and `$millis` by the engine's clock instead of the machine's. */
export function timeFunctions(clock: Clock): Bindings {
  return {
    millis: functionObject(() => clock.now()),
    now: functionObject(function (this: Focus, picture: unknown, timezone: unknown) {
      return this.environment.lookup("fromMillis").implementation.call(this, clock.now(), picture, timezone);
    }),
  };
}

function functionObject(implementation: FunctionObject["implementation"]): unknown {
  return { _jsonata_function: true, implementation };
}
