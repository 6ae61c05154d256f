import type { Home } from "../../bin/home/home.ts";
import { PRICE_SHEET, type PriceRef, priceIn } from "../../core/cost/sheet.ts";
import type { Table } from "../../core/table/table.ts";
import { meterWrites } from "./write-units.ts";

/** What DynamoDB and EventBridge count that is not the number of calls. */
export interface Metered {
  writeUnits(): number;
  readUnits(): number;
  events(): number;
}

/** Bytes of a row that one strongly consistent read unit covers. */
const READ_BYTES = 4_096;

export function meter(home: Home): Metered {
  const writes = meterWrites(home.world.table);
  const reads = meterReads(home.world.table);
  let events = 0;
  const publish = home.events.publish.bind(home.events);
  home.events.publish = async (all) => {
    await publish(all);
    events += all.length;
  };
  return {
    writeUnits: () => [...writes.values()].reduce((sum, units) => sum + units, 0),
    readUnits: () => reads.units,
    events: () => events,
  };
}

/** One unit for each begun 4 KB of a row that is got, and of a page that is listed; nothing costs nothing. */
function meterReads(table: Table): { units: number } {
  const counted = { units: 0 };
  const { get, query } = table;
  table.get = async (key) => {
    const item = await get.call(table, key);
    counted.units += unitsOf(item ?? {});
    return item;
  };
  table.query = async (asked) => {
    const page = await query.call(table, asked);
    counted.units += unitsOf(page.items);
    return page;
  };
  return counted;
}

function unitsOf(read: object): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(read)) / READ_BYTES);
}

export interface Line {
  readonly what: string;
  readonly quantity: number;
  readonly usd: number;
}

/** A quantity at the list price of the dev environment's region. */
export function priced(what: string, ref: PriceRef, quantity: number): Line {
  const price = priceIn(PRICE_SHEET, ref, "af-south-1");
  if (typeof price === "string") throw new Error(price);
  return { what, quantity, usd: quantity * (price.tiers[0]?.usd ?? Number.NaN) };
}
