/**
 * Makes core/cost/prices.json, the sheet the estimator reads, from list-price files:
 *
 *   node scripts/price-sheet.ts LIST_PRICES.json core/cost/supplement.json > prices.json
 *   mv prices.json core/cost/ && npx biome format --write core/cost/prices.json
 *
 * A list-price file is `{ _about: { read, source }, <service>: { <AWS's name of the item>: { <region>: USD } } }`;
 * services and names are those of the feeds that AWS's own pricing pages read. Where two files name the same item
 * the first one counts, and the sheet bears the first one's date. scripts/price-sheet/wanted.ts says which items
 * become which key; one that is missing in a region stops the script unless it is declared absent there.
 */
import { readFileSync } from "node:fs";
import type { PriceEntry, PriceSheet, PriceTable } from "../core/cost/sheet.ts";
import {
  CLASSES,
  type ClassTable,
  REGIONS,
  type Tier,
  UNKNOWN,
  WANTED,
  type Wanted,
} from "./price-sheet/wanted.ts";

interface About {
  readonly read: string;
  readonly source: string;
}

/** Regions to USD, or `global` for an item with the same price everywhere. */
type Amounts = Readonly<Record<string, number>>;
type Items = Readonly<Record<string, Amounts>>;
export type ListPrices = { readonly _about: About } & Readonly<Record<string, unknown>>;

/** The sheet made of these files; throws with every item that is missing, negative or free. */
export function makeSheet(files: readonly ListPrices[]): PriceSheet {
  const [first] = files;
  if (!first) throw new Error("name at least one list-price file");
  const faults: string[] = [];
  const sheet = {
    date: first._about.read,
    sources: files.map(({ _about }) => `${_about.read}: ${_about.source}`),
    regions: REGIONS,
    prices: { ...mapValues(WANTED, (wanted, key) => entry(files, key, wanted, faults)), ...unknownEntries() },
    classes: mapValues(CLASSES, (table, key) => classTable(files, key, table, faults)),
  };
  if (faults.length > 0) throw new Error(`the list prices do not cover the sheet:\n  ${faults.join("\n  ")}`);
  return sheet;
}

function unknownEntries(): Record<string, PriceEntry> {
  return mapValues(UNKNOWN, ({ unit, unknown }) => ({ unit, tiers: [], unknown: { everywhere: unknown } }));
}

function entry(files: readonly ListPrices[], key: string, wanted: Wanted, faults: string[]): PriceEntry {
  const tiers = wanted.tiers.map((tier) => ({
    from: tier.from,
    source: `${tier.service}: ${typeof tier.name === "string" ? tier.name : Object.values(tier.name).join(", ")}`,
    usd: figures(files, tier),
  }));
  const absent = wanted.absent ?? {};
  for (const { usd } of tiers) faults.push(...faultsOf(key, usd, absent));
  return {
    unit: wanted.unit,
    tiers,
    ...(wanted.absent ? { unknown: wanted.absent as Record<string, string> } : {}),
  };
}

function figures(
  files: readonly ListPrices[],
  { service, name, scale = 1 }: Tier,
): PriceEntry["tiers"][number]["usd"] {
  const named = (region: (typeof REGIONS)[number]) => (typeof name === "string" ? name : name[region]);
  const amounts = (region: (typeof REGIONS)[number]) => find(files, service, named(region));
  const everywhere = typeof name === "string" ? find(files, service, name)?.["global"] : undefined;
  if (everywhere !== undefined) return exact(everywhere * scale);
  return REGIONS.map((region) => {
    const amount = amounts(region)?.[region] ?? amounts(region)?.["global"];
    return amount === undefined ? null : exact(amount * scale);
  });
}

function find(files: readonly ListPrices[], service: string, name: string): Amounts | undefined {
  for (const file of files) {
    const amounts = (file[service] as Items | undefined)?.[name];
    if (amounts) return amounts;
  }
  return undefined;
}

function faultsOf(key: string, usd: number | readonly (number | null)[], absent: object): string[] {
  if (typeof usd === "number") return usd > 0 ? [] : [`${key}: ${usd} everywhere`];
  return REGIONS.flatMap((region, at) => {
    const amount = usd[at] ?? null;
    if (amount === null) return region in absent ? [] : [`${key}: no price in ${region}`];
    return amount > 0 ? [] : [`${key}: ${amount} in ${region}`];
  });
}

function classTable(
  files: readonly ListPrices[],
  key: string,
  table: ClassTable,
  faults: string[],
): PriceTable {
  const items = Object.assign({}, ...files.map((file) => file[table.service] ?? {}).toReversed()) as Items;
  const usd: Record<string, (number | null)[]> = {};
  for (const [name, amounts] of Object.entries(items)) {
    const found = table.name.exec(name)?.[1];
    if (found) usd[found.replaceAll(" ", ".")] = REGIONS.map((region) => amounts[region] ?? null);
  }
  if (Object.keys(usd).length === 0) faults.push(`${key}: no class at all`);
  for (const [name, row] of Object.entries(usd))
    if (row.some((amount) => amount !== null && amount <= 0))
      faults.push(`${key} ${name}: ${row.join(", ")}`);
  return { unit: table.unit, source: `${table.service}: ${table.name.source}`, usd };
}

/** Twelve digits: a price scaled by 1/1024 comes out as AWS writes it, not as binary fractions have it. */
function exact(amount: number): number {
  return Number(amount.toPrecision(12));
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** JSON as compact as the formatter leaves it: lists and tiers on one line where they fit. */
export function printSheet(sheet: PriceSheet): string {
  const lists = JSON.stringify(sheet, null, 2).replace(
    /\[\s+([^[\]{}]{1,90}?)\s+\]/g,
    (_, list: string) => `[${oneLine(list)}]`,
  );
  const tiers = lists.replace(/\{\s+("from":[^{}]+?)\s+\}/g, (_, tier: string) => `{ ${oneLine(tier)} }`);
  return `${tiers}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

if (import.meta.main) {
  const files = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")) as ListPrices);
  process.stdout.write(printSheet(makeSheet(files)));
}
