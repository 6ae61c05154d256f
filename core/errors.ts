/**
 * An error whose `name` is part of the contract: state machines match it in Retry and Catch, the API and
 * the CLI map it to a status. The message says what happened, to what, and what to do next.
 */
export class NamedError<Name extends string = string> extends Error {
  override readonly name: Name;

  constructor(name: Name, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
