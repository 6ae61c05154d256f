/**
 * What the bundles of Lambda functions have in place of zod: the same code without its messages in fifty languages,
 * which come along (a tenth of the API's bundle) as soon as a library passes zod around as a whole.
 */
import * as z from "./zod-names.ts";

export * from "./zod-names.ts";
export { z };
