import type { Charge, PricedCharge } from "./charge.ts";
import { whyFree } from "./free.ts";
import { Properties, type Surroundings } from "./properties.ts";
import { serviceOf } from "./services.ts";
import { PRICE_SHEET, type PriceSheet, priceIn } from "./sheet.ts";
import { whyUnpriced } from "./unpriced.ts";
import { type Assumption, Assumptions, type Usage } from "./usage.ts";

export { templateResources } from "./template.ts";

/** A resource to price. A property that is not known yet is `undefined` or an intrinsic function. */
export interface CostedResource {
  readonly address: string;
  /** The CloudFormation type. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** How many of it there are; one where it is not said. */
  readonly count?: number | undefined;
}

/** One thing that is paid for, USD a month; not rounded. */
export interface CostLine {
  readonly item: string;
  readonly unit: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly monthly: number;
}

export interface CostedLines {
  readonly address: string;
  readonly type: string;
  readonly monthly: number;
  readonly lines: readonly CostLine[];
}

export interface Unpriced {
  readonly address: string;
  readonly type: string;
  readonly why: string;
}

/** List prices, USD a month, on demand, before tax; no free tier is counted. */
export interface CostEstimate {
  readonly currency: "USD";
  readonly region: string;
  /** The day of the price sheet, `YYYY-MM-DD`. */
  readonly pricesAsOf: string;
  readonly monthly: number;
  /** True when something could not be priced, so that the real cost is higher. */
  readonly atLeast: boolean;
  readonly resources: readonly CostedLines[];
  /** What could not be priced, whole or in part: a resource may stand here and in `resources`. */
  readonly unpriced: readonly Unpriced[];
  readonly assumptions: readonly Assumption[];
}

export interface EstimateOptions {
  readonly region: string;
  readonly usage?: Usage | undefined;
  readonly sheet?: PriceSheet | undefined;
}

/** Prices resources that are deployed together. Never throws on what a template may contain. */
export function estimate(resources: readonly CostedResource[], options: EstimateOptions): CostEstimate {
  const { region, sheet = PRICE_SHEET } = options;
  const pricing: Pricing = {
    region,
    sheet,
    assumptions: new Assumptions(options.usage ?? {}),
    around: { region, ...lookupIn(resources) },
  };
  const quotes = resources.map((resource) => quote(resource, pricing));
  const priced = quotes.flatMap(({ lines, address, type }) =>
    lines.length > 0 ? [{ address, type, monthly: sum(lines), lines }] : [],
  );
  const unpriced = quotes.flatMap(({ address, type, reasons }) =>
    reasons.map((why) => ({ address, type, why })),
  );
  return {
    currency: "USD",
    region,
    pricesAsOf: sheet.date,
    monthly: sum(priced),
    atLeast: unpriced.length > 0,
    resources: priced,
    unpriced,
    assumptions: pricing.assumptions.made(),
  };
}

interface Pricing {
  readonly region: string;
  readonly sheet: PriceSheet;
  readonly assumptions: Assumptions;
  readonly around: Surroundings;
}

interface Quote {
  readonly address: string;
  readonly type: string;
  readonly lines: readonly CostLine[];
  readonly reasons: readonly string[];
}

function lookupIn(resources: readonly CostedResource[]): Pick<Surroundings, "resource" | "ofType"> {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const byType = Map.groupBy(resources, ({ type }) => type);
  return {
    resource: (address) => byAddress.get(address),
    ofType: (type) => (byType.get(type) ?? []).map(({ properties }) => properties),
  };
}

function quote({ address, type, properties, count = 1 }: CostedResource, pricing: Pricing): Quote {
  const because = (why: string): Quote => ({ address, type, lines: [], reasons: [why] });
  const free = whyFree(type);
  if (free !== undefined) return { address, type, lines: [costsNothing(free)], reasons: [] };
  const service = serviceOf(type);
  if (!service) return because(whyUnpriced(type));
  if (!isQuantity(count)) return because("how many there will be is not a number we can price");
  const use = (key: string) => pricing.assumptions.ask(service.type, address, key);
  const charges = service.price(new Properties(properties, pricing.around, "", address), use);
  return { address, type, ...priceAll(charges, count, pricing) };
}

function priceAll(
  charges: readonly Charge[],
  count: number,
  pricing: Pricing,
): Pick<Quote, "lines" | "reasons"> {
  const lines: CostLine[] = [];
  const reasons = new Set<string>();
  for (const charge of charges) {
    const outcome = outcomeOf(charge, count, pricing);
    if (typeof outcome === "string") reasons.add(outcome);
    else lines.push(...outcome);
  }
  // Nothing to pay at the assumed usage is a statement; an empty list would be a silent zero.
  if (lines.length === 0 && reasons.size === 0) lines.push(costsNothing("nothing used, as assumed"));
  return { lines, reasons: [...reasons] };
}

function outcomeOf(charge: Charge, count: number, pricing: Pricing): CostLine[] | string {
  if ("why" in charge) return charge.why;
  return "free" in charge ? [costsNothing(charge.free)] : linesOf(charge, count, pricing);
}

/** One line for each price tier the quantity reaches, or why it has no price. None of something unknown costs none. */
function linesOf(
  { item, price: ref, quantity: each, region }: PricedCharge,
  count: number,
  pricing: Pricing,
): CostLine[] | string {
  const quantity = each * count;
  if (!isQuantity(quantity)) return `${item}: ${quantity} is not a quantity we can price`;
  const where = region ?? pricing.region;
  if (!pricing.sheet.regions.includes(where)) return unknownRegion(pricing.sheet, where);
  const price = priceIn(pricing.sheet, ref, where);
  if (typeof price === "string") return quantity === 0 ? [] : `${item}: ${price}`;
  return price.tiers.flatMap(({ from, usd }, index) => {
    const inTier = Math.min(quantity, price.tiers[index + 1]?.from ?? quantity) - from;
    if (inTier <= 0 && index > 0) return [];
    const name = index === 0 ? item : `${item} beyond ${from.toLocaleString("en-US")}`;
    return [{ item: name, unit: price.unit, quantity: inTier, unitPrice: usd, monthly: inTier * usd }];
  });
}

function unknownRegion({ regions }: PriceSheet, region: string): string {
  return `we have no prices of the region "${region}", only of ${regions.join(", ")}`;
}

function costsNothing(why: string): CostLine {
  return { item: `no charge: ${why}`, unit: "month", quantity: 1, unitPrice: 0, monthly: 0 };
}

/** More than this of anything is a slip or an attack, and would drown every other figure in rounding errors. */
const MOST = 1e15;

function isQuantity(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MOST;
}

/** Adds from the smallest up, so that the order of resources in a file cannot change a total's last digits. */
function sum(parts: readonly { readonly monthly: number }[]): number {
  return parts
    .map(({ monthly }) => monthly)
    .sort((a, b) => a - b)
    .reduce((total, monthly) => total + monthly, 0);
}
