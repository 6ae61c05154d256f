import * as z from "zod";
import { artifactJson } from "../artifacts/text.ts";
import { finding } from "../artifacts/validation-report.ts";
import { type Environment, environment } from "../artifacts/vocabulary.ts";
import type { World } from "../ports.ts";
import { atomically } from "../table/atomically.ts";
import { daysAfter, RESULT_DAYS } from "../table/expiry.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import { WORKSPACE_CHAIN } from "../timeline/chain.ts";
import { record } from "../timeline/record.ts";

/** What is looked after by the clock: the workspace itself, the stacks that changes left, and what all of it costs. */
export const WATCHES = ["health", "stacks", "spending"] as const;
export type Watch = (typeof WATCHES)[number];

export const watchReport = z.strictObject({
  watch: z.enum(WATCHES),
  environment,
  at: z.iso.datetime(),
  findings: z.array(finding),
  /** Figures that were looked at, by what they are. */
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
});

export type WatchReport = z.output<typeof watchReport>;

/** What a watch has seen, before it is filed. */
export type Seen = Pick<WatchReport, "findings" | "figures">;

/** What was seen by several looks, as one. */
export function together(...all: readonly Seen[]): Seen {
  return {
    findings: all.flatMap(({ findings }) => findings),
    figures: Object.assign({}, ...all.map(({ figures }) => figures)) as Seen["figures"],
  };
}

/** A report as it is listed: its findings are in the artifact. */
export interface FiledReport {
  readonly watch: Watch;
  readonly at: string;
  /** Findings that somebody should do something about. */
  readonly troubles: number;
  /** The report's artifact. */
  readonly sha256: string;
}

/** Keeps a report as an artifact and enters it into the workspace's record. */
export async function fileReport(
  { table, artifacts }: Pick<World, "table" | "artifacts">,
  report: WatchReport,
): Promise<FiledReport> {
  const { watch, environment: name, at } = report;
  const { sha256 } = await artifacts.put(JSON.stringify(watchReport.parse(report)));
  const filed = { watch, at, troubles: troublesIn(report), sha256 };
  await atomically(table, async (unit) => {
    const key = keys.watchReport(watch, name, at);
    await unit.get(key);
    unit.put({ ...key, attributes: filed, expiresAt: daysAfter(new Date(at), RESULT_DAYS) });
    const data = { watch, environment: name, troubles: filed.troubles, report: sha256 };
    await record(unit, WORKSPACE_CHAIN, { at, type: "watch.reported", actor: `watch:${watch}`, data });
  });
  return filed;
}

/** The newest report of a watch over an environment; undefined before its first. */
export async function lastReport(
  table: Table,
  watch: Watch,
  environment: Environment,
): Promise<FiledReport | undefined> {
  const { pk } = keys.watchReport(watch, environment, "");
  const { items } = await table.query({ pk, limit: 1, newestFirst: true });
  return items[0]?.attributes as FiledReport | undefined;
}

/** All of a report that was filed. @throws ArtifactError */
export async function readReport(
  { artifacts }: Pick<World, "artifacts">,
  { sha256 }: FiledReport,
): Promise<WatchReport> {
  return watchReport.parse(await artifactJson(artifacts, sha256));
}

/** How many findings are more than remarks. */
export function troublesIn({ findings }: Pick<WatchReport, "findings">): number {
  return findings.filter(({ severity }) => severity !== "info").length;
}
