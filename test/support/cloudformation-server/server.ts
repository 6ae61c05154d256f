import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { accessRequests } from "./access.ts";
import { type AccountBehind, accountBehind, type BehindOptions } from "./account-behind.ts";
import { CHANGE_SET_CALLS } from "./change-set-calls.ts";
import { authorize, Identities, type Identity } from "./identities.ts";
import type { Params } from "./query.ts";
import { type Asked, askedFor } from "./services.ts";
import { listBackups, RDS_CALLS } from "./snapshot-calls.ts";
import { STACK_CALLS } from "./stack-calls.ts";
import { putObject } from "./template-bucket.ts";
import { WireError, wireErrorOf } from "./wire-error.ts";
import type { Answer } from "./xml.ts";

/** One request as it arrived. */
export interface WireCall {
  readonly action: string;
  readonly by: string;
  readonly params: Params;
}

/**
 * An AWS account at the other end of a wire: CloudFormation, STS, the snapshots of RDS and DynamoDB, and as much of S3
 * as takes a template, in the protocols the SDK speaks.
 *
 * Behind the protocol stands the simulated account of the embedded adapter, and not a list of recorded answers: so both
 * adapters answer the same contract cases, a case may ask anything in any order, and what one of them learns about
 * CloudFormation the other cannot miss. What the simulated account never does is told in so many words (`tell`) or is
 * one of its quirks (account-behind.ts). Every request is judged by the policies of whoever signed it. What none of
 * this shows is whether CloudFormation itself behaves as the simulated account does.
 */
export interface WireAccount extends AccountBehind {
  readonly url: string;
  readonly identities: Identities;
  readonly calls: readonly WireCall[];
  /** The next requests of an action are answered with this, in order. */
  tell(action: string, ...answers: readonly (Answer | WireError)[]): void;
  close(): Promise<void>;
}

interface Serving {
  readonly account: AccountBehind;
  readonly identities: Identities;
  readonly calls: WireCall[];
  readonly told: Map<string, (Answer | WireError)[]>;
}

export async function startCloudFormation(options: BehindOptions): Promise<WireAccount> {
  const account = accountBehind(options);
  const identities = new Identities(options.target);
  const serving: Serving = { account, identities, calls: [], told: new Map() };
  const server = createServer((request, response) => {
    void serve(serving, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ...account,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    identities,
    calls: serving.calls,
    tell: (action, ...answers) => serving.told.set(action, [...(serving.told.get(action) ?? []), ...answers]),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = await askedFor(request);
  try {
    const caller = callerOf(serving, request);
    serving.calls.push({ action: asked.action, by: caller.arn, params: asked.params });
    const told = serving.told.get(asked.action)?.shift();
    if (told instanceof WireError) throw told;
    asked.service.answer(response, asked.action, told ?? (await answered(serving, asked, caller)));
  } catch (error) {
    asked.service.refuse(response, wireErrorOf(error));
  }
}

/** @throws WireError unless somebody known signed the request */
function callerOf({ identities }: Serving, { headers }: IncomingMessage): Identity {
  const key = /Credential=([^/]+)\//.exec(headers.authorization ?? "")?.[1];
  if (key === undefined)
    throw new WireError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
  const token = headers["x-amz-security-token"];
  return identities.of(key, typeof token === "string" ? token : undefined);
}

type Call = (params: Params, account: AccountBehind) => Promise<Answer | undefined>;

/** Calls that are judged by their action alone. */
const OTHER_CALLS: Readonly<Record<string, readonly [service: string, call: Call]>> = {
  ...Object.fromEntries(Object.entries(RDS_CALLS).map(([action, call]) => [action, ["rds", call] as const])),
  ListBackups: ["dynamodb", listBackups],
  PutObject: ["s3", putObject],
};

async function answered(
  { account, identities }: Serving,
  { action, params }: Asked,
  caller: Identity,
): Promise<Answer | undefined> {
  if (action === "AssumeRole") return identities.assumeRole(params, caller);
  if (action === "GetCallerIdentity") return await callerIdentity(account, caller);
  const cloudFormation = STACK_CALLS[action] ?? CHANGE_SET_CALLS[action];
  if (cloudFormation !== undefined) {
    for (const request of await accessRequests(action, params, account)) authorize(caller, request);
    return await cloudFormation(params, account);
  }
  const [service, call] = OTHER_CALLS[action] ?? [];
  if (call === undefined)
    throw new WireError("InvalidAction", `The action ${action} is not valid for this web service.`);
  authorize(caller, { action: `${service}:${action}`, resource: "*" });
  return await call(params, account);
}

async function callerIdentity({ cloud }: AccountBehind, { arn }: Identity): Promise<Answer> {
  const { account } = await cloud.reader().callerIdentity();
  return { Account: account, Arn: arn.replace(/::\d{12}:/, `::${account}:`), UserId: "AROA:conductor" };
}
