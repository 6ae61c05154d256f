import { html } from "hono/html";

/** Markup in which every text of others is escaped. */
export type Html = ReturnType<typeof html>;

export const nothing: Html = html``;

/** Some pieces one after the other. */
export function all(pieces: readonly Html[]): Html {
  return html`${pieces}`;
}
