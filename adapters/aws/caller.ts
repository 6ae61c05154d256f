import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { AwsError, asAwsError, isPassing } from "./errors.ts";

/** Who a place's credentials are of, as STS says. */
export interface Caller {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
}

const asked = new WeakMap<AwsPlace, Promise<Caller>>();

/** Who we are at this place: asked once per container, as a role stays what it is. @throws AwsError, and is asked again */
export function callerAt(place: AwsPlace): Promise<Caller> {
  const known = asked.get(place);
  if (known !== undefined) return known;
  const answer = ask(place);
  asked.set(place, answer);
  answer.catch(() => asked.delete(place));
  return answer;
}

/** The same place, knowing that its buckets are of our own account. */
export function ownPlace(place: AwsPlace): AwsPlace {
  return { ...place, account: async () => (await callerAt(place)).account };
}

async function ask(place: AwsPlace): Promise<Caller> {
  try {
    const sts = clientOf(place, STSClient);
    const { Account: account = "", Arn: arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return { account, arn };
  } catch (error) {
    const told = asAwsError(error, "asking STS who we are");
    // The name by which state machines know to try again.
    throw isPassing(told) ? new AwsError("Unavailable", told.message, { cause: told.cause }) : told;
  }
}
