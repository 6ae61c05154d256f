import type { Json } from "../json.ts";

/** A JSON document as text, parsed when somebody first looks into it. */
export class Payload {
  readonly text: string;
  #value: Json | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get value(): Json {
    this.#value ??= JSON.parse(this.text) as Json;
    return this.#value;
  }
}
