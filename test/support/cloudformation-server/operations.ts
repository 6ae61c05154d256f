import type { AccountBehind } from "./account-behind.ts";
import { type Params, text } from "./query.ts";
import { WireError } from "./wire-error.ts";

/** Begins an operation on a stack under the request's token, as often as the account's way with tokens has it. */
export async function once(
  account: AccountBehind,
  stackId: string,
  params: Params,
  begin: (token: string) => Promise<void>,
): Promise<void> {
  const { quirks, usedTokens, operations, cloud } = account;
  const token = text(params, "ClientRequestToken") ?? "";
  if (!/^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/.test(token))
    throw new WireError(
      "ValidationError",
      `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*`,
    );
  const used = `${stackId} ${token}`;
  const again = usedTokens.has(used);
  if (again && quirks.tokens === "refused")
    throw new WireError("TokenAlreadyExistsException", `Token ${token} already exists`);
  const before = (await cloud.reader().stackEvents(stackId)).length;
  await begin(again && quirks.tokens === "forgotten" ? `${token}-${usedTokens.size}` : token);
  usedTokens.add(used);
  if ((await cloud.reader().stackEvents(stackId)).length === before) return;
  operations.set(stackId, [...(operations.get(stackId) ?? []), { from: before, token }]);
}
