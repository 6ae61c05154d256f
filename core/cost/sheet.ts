import defaultSheet from "./prices.json" with { type: "json" };

/** A price counts for the part of a month's quantity above `from`; `usd` holds one figure a region, null where absent. */
export interface PriceTier {
  readonly from: number;
  /** The service and AWS's own name of the item, as the list-price file has them. */
  readonly source: string;
  /** One figure for each of the sheet's regions in their order, or a single one that is the same everywhere. */
  readonly usd: number | readonly (number | null)[];
}

/** One price of ours. `unknown` gives the reason for each region that has none, or for "everywhere". */
export interface PriceEntry {
  readonly unit: string;
  readonly tiers: readonly PriceTier[];
  readonly unknown?: Readonly<Record<string, string>>;
}

/** Prices that differ by class ("t4g.micro") and by nothing else. */
export interface PriceTable {
  readonly unit: string;
  readonly source: string;
  readonly usd: Readonly<Record<string, readonly (number | null)[]>>;
}

/** USD list prices, on demand, without tax and without free tiers. */
export interface PriceSheet {
  /** The day the prices were read, `YYYY-MM-DD`. */
  readonly date: string;
  readonly sources: readonly string[];
  readonly regions: readonly string[];
  readonly prices: Readonly<Record<string, PriceEntry>>;
  readonly classes: Readonly<Record<string, PriceTable>>;
}

export const PRICE_SHEET: PriceSheet = defaultSheet;

type PriceKey = keyof typeof defaultSheet.prices;
type TableKey = keyof typeof defaultSheet.classes;

/** Names a price: a key of the sheet, or a table and a class in it ("ec2.linux#t3.micro"). */
export type PriceRef = PriceKey | `${TableKey}#${string}`;

/** A price as one region has it, tiers in rising order. */
export interface Price {
  readonly unit: string;
  readonly tiers: readonly { readonly from: number; readonly usd: number }[];
}

/** The price in a region, or a sentence that says why there is none. */
export function priceIn(sheet: PriceSheet, ref: PriceRef, region: string): Price | string {
  const hash = ref.indexOf("#");
  return hash < 0
    ? entryPrice(sheet, ref, region)
    : classPrice(sheet, ref.slice(0, hash), ref.slice(hash + 1), region);
}

function entryPrice(sheet: PriceSheet, key: string, region: string): Price | string {
  const entry = sheet.prices[key];
  if (!entry) return `the price sheet has no price "${key}"`;
  const why = entry.unknown?.["everywhere"] ?? entry.unknown?.[region];
  if (why) return why;
  const tiers = entry.tiers.map(({ from, usd }) => ({ from, usd: figure(sheet, usd, region) }));
  if (tiers.length === 0 || tiers.some(({ usd }) => usd === null)) return noPrice(key, region);
  return { unit: entry.unit, tiers: tiers as Price["tiers"] };
}

function classPrice(sheet: PriceSheet, table: string, name: string, region: string): Price | string {
  const prices = sheet.classes[table];
  const figures = prices && Object.hasOwn(prices.usd, name) ? prices.usd[name] : undefined;
  if (!prices || !figures) return `the price sheet has no "${name}" among the prices of ${table}`;
  const usd = figure(sheet, figures, region);
  if (usd === null) return noPrice(`${table} ${name}`, region);
  return { unit: prices.unit, tiers: [{ from: 0, usd }] };
}

function figure(sheet: PriceSheet, usd: PriceTier["usd"], region: string): number | null {
  if (typeof usd === "number") return usd;
  return usd[sheet.regions.indexOf(region)] ?? null;
}

function noPrice(what: string, region: string): string {
  return `the price sheet has no price of ${what} in ${region}`;
}
