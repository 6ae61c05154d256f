import { expect, test } from "vitest";
import { CostExplorerBill } from "../../../adapters/aws/cost-explorer-bill.ts";
import { scriptedServer } from "../../support/scripted-server.ts";
import { place } from "../../support/step-functions.ts";

const group = (service: string, Amount: string) => ({
  Keys: [service],
  Metrics: { UnblendedCost: { Amount, Unit: "USD" } },
});

const day = (Start: string, ...Groups: object[]) => ({ TimePeriod: { Start, End: "" }, Groups });

test("the bill by day and service, over all its pages, with a day that goes over two of them", async () => {
  const server = await scriptedServer();
  server.next(
    {
      body: {
        NextPageToken: "more",
        ResultsByTime: [
          day("2026-01-03", group("Amazon S3", "0.5"), group("AWS KMS", "0")),
          day("2026-01-04", group("Amazon S3", "0.25")),
        ],
      },
    },
    { body: { ResultsByTime: [day("2026-01-04", group("Amazon RDS", "2"))] } },
  );
  const bill = new CostExplorerBill(place(server.url));
  expect(await bill.daily(new Date("2026-01-05T08:00:00Z"), 2)).toEqual([
    { day: "2026-01-03", usd: 0.5, byService: [{ service: "Amazon S3", usd: 0.5 }] },
    {
      day: "2026-01-04",
      usd: 2.25,
      byService: [
        { service: "Amazon S3", usd: 0.25 },
        { service: "Amazon RDS", usd: 2 },
      ],
    },
  ]);
  expect(server.asked.map(({ body }) => body)).toMatchObject([
    { TimePeriod: { Start: "2026-01-03", End: "2026-01-05" }, Granularity: "DAILY" },
    { NextPageToken: "more" },
  ]);
});
