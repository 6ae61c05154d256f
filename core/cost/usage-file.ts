import * as z from "zod";
import { NamedError } from "../errors.ts";
import { USAGE, type Usage } from "./usage.ts";

export class UsageError extends NamedError<"InvalidUsage"> {}

const quantity = z
  .number("a quantity is a number")
  .min(0, "a quantity cannot be negative")
  .max(1e15, "a quantity beyond 1e15 is a slip");

const quantities = z.record(z.string(), quantity);

const KEYS_BY_TYPE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(USAGE).map(([type, keys]) => [type, Object.keys(keys)]),
);

const KNOWN_KEYS: ReadonlySet<string> = new Set([...KEYS_BY_TYPE.values()].flat());

/** `{ "profile": "idle", "types": { <type>: { <key>: n } }, "resources": { <address>: { <key>: n } } }`, all optional. */
const usageFile = z.strictObject({
  profile: z.enum(["typical", "idle"]).optional(),
  types: z
    .record(z.string(), quantities)
    .optional()
    .superRefine((types = {}, context) => {
      for (const [type, given] of Object.entries(types)) {
        for (const message of faultsOfType(type, Object.keys(given))) {
          context.addIssue({ code: "custom", path: [type], message });
        }
      }
    }),
  resources: z
    .record(z.string(), quantities)
    .optional()
    .superRefine((resources = {}, context) => {
      for (const [address, given] of Object.entries(resources)) {
        for (const key of Object.keys(given).filter((name) => !KNOWN_KEYS.has(name))) {
          context.addIssue({ code: "custom", path: [address, key], message: "no type has this key" });
        }
      }
    }),
});

function faultsOfType(type: string, given: readonly string[]): string[] {
  const known = KEYS_BY_TYPE.get(type);
  if (!known) return ["no usage can be set for this type"];
  return given
    .filter((key) => !known.includes(key))
    .map((key) => `"${key}" is not one of its keys: ${known.join(", ")}`);
}

/** A user's usage file as parsed from JSON; throws UsageError with every fault and where it is. */
export function parseUsage(json: unknown): Usage {
  const parsed = usageFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join(".") || "the file"}: ${message}`,
  );
  throw new UsageError("InvalidUsage", `the usage file cannot be used:\n${faults.join("\n")}`);
}

/** What a usage file says of resources that are not there, or that have no such key: to be shown, not to be ignored. */
export function unmatchedUsage(
  usage: Usage,
  resources: readonly { readonly address: string; readonly type: string }[],
): string[] {
  const types = new Map(resources.map(({ address, type }) => [address, type]));
  return Object.entries(usage.resources ?? {}).flatMap(([address, given]) => {
    const type = types.get(address);
    if (type === undefined) return [`no resource is called "${address}"`];
    return faultsOfType(type, Object.keys(given)).map((fault) => `${address} (${type}): ${fault}`);
  });
}
