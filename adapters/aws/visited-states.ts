import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

/** Events of a run that are looked at, one page of Step Functions'; a change makes about three hundred. */
const MOST_EVENTS = 1_000;

/** What Step Functions says of a run it no longer keeps (after 90 days), or has not begun. */
const GONE = ["ExecutionDoesNotExist"];

/**
 * The states a run has entered, in order; none where Step Functions does not know it.
 * @param machines the ARN of each state machine by its name
 */
export async function visitedStates(
  place: AwsPlace,
  machines: Readonly<Record<string, string>>,
  { machine, name }: { readonly machine: string; readonly name: string },
): Promise<string[]> {
  const arn = machines[machine];
  if (arn === undefined) return [];
  const command = new GetExecutionHistoryCommand({
    executionArn: `${arn.replace(":stateMachine:", ":execution:")}:${name}`,
    maxResults: MOST_EVENTS,
    includeExecutionData: false,
  });
  try {
    const { events = [] } = await mapped(
      () => clientOf(place, SFNClient).send(command),
      `reading the history of ${name}`,
      GONE,
    );
    return events.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []));
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return [];
    throw error;
  }
}
