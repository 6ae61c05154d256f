/** One thing that is wrong with a definition, or that its author may want to know. */
export interface Problem {
  /** The state's name, preceded by the states around it; empty for the machine itself. */
  readonly state: string;
  /** The field, with the way into it, such as `Catch[0]/Next`. */
  readonly field: string;
  readonly why: string;
}

/** A definition that the engine will not run; the message holds every reason, one on a line. */
export class DefinitionRefused extends Error {
  override readonly name = "DefinitionRefused";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join("\n"));
    this.problems = problems;
  }
}

export function describeProblem({ state, field, why }: Problem): string {
  const place = [state && `state '${state}'`, field].filter(Boolean).join(", ");
  return place ? `${place}: ${why}` : why;
}

/** Collects what is wrong, and where the reading of the definition is. */
export class Problems {
  readonly errors: Problem[];
  readonly warnings: Problem[];
  readonly #state: string;

  constructor(state = "", errors: Problem[] = [], warnings: Problem[] = []) {
    this.#state = state;
    this.errors = errors;
    this.warnings = warnings;
  }

  /** The same collection, for what is inside a state. */
  inside(state: string): Problems {
    return new Problems(this.#state ? `${this.#state}/${state}` : state, this.errors, this.warnings);
  }

  refuse(field: string, why: string): void {
    this.errors.push({ state: this.#state, field, why });
  }

  warn(field: string, why: string): void {
    this.warnings.push({ state: this.#state, field, why });
  }
}
