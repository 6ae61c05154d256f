import {
  CostExplorerClient,
  type DateInterval,
  GetCostAndUsageCommand,
  type ResultByTime,
} from "@aws-sdk/client-cost-explorer";
import type { Bill, BilledDay } from "../../core/watch/spending.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

const DAY_MS = 86_400_000;

/** The bill as Cost Explorer has it, at its one endpoint in us-east-1: a page costs $0.01. */
export class CostExplorerBill implements Bill {
  readonly #client: CostExplorerClient;

  constructor(place: AwsPlace) {
    this.#client = clientOf({ ...place, region: "us-east-1" }, CostExplorerClient);
  }

  async daily(now: Date, days: number): Promise<BilledDay[]> {
    const day = (ago: number) => new Date(now.getTime() - ago * DAY_MS).toISOString().slice(0, 10);
    const byDay = new Map<string, { readonly service: string; readonly usd: number }[]>();
    // The end is not in it: the last day is yesterday.
    for await (const { TimePeriod, Groups = [] } of this.#results({ Start: day(days), End: day(0) })) {
      const billed = Groups.map(({ Keys, Metrics }) => ({
        service: Keys?.[0] ?? "unknown",
        usd: Number(Metrics?.["UnblendedCost"]?.Amount ?? 0),
      })).filter(({ usd }) => usd !== 0);
      const date = TimePeriod?.Start ?? "";
      byDay.set(date, [...(byDay.get(date) ?? []), ...billed]);
    }
    return [...byDay]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([date, byService]) => ({
        day: date,
        usd: byService.reduce((total, { usd }) => total + usd, 0),
        byService,
      }));
  }

  /** All pages; a day with many services may go over two of them. */
  async *#results(TimePeriod: DateInterval): AsyncGenerator<ResultByTime> {
    let NextPageToken: string | undefined;
    do {
      const command = new GetCostAndUsageCommand({
        TimePeriod,
        Granularity: "DAILY",
        Metrics: ["UnblendedCost"],
        GroupBy: [{ Type: "DIMENSION", Key: "SERVICE" }],
        ...(NextPageToken && { NextPageToken }),
      });
      const answer = await mapped(() => this.#client.send(command), "asking Cost Explorer for the bill");
      yield* answer.ResultsByTime ?? [];
      NextPageToken = answer.NextPageToken;
    } while (NextPageToken);
  }
}
