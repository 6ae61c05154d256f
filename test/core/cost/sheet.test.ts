import { expect, test } from "vitest";
import { estimate } from "../../../core/cost/estimate.ts";
import { PRICE_SHEET, type PriceRef, priceIn } from "../../../core/cost/sheet.ts";
import { WANTED } from "../../../scripts/price-sheet/wanted.ts";
import { type ListPrices, makeSheet, printSheet } from "../../../scripts/price-sheet.ts";
import { COMPANIONS, EXAMPLES } from "./examples.ts";

const prices = Object.entries(PRICE_SHEET.prices);
const classes = Object.entries(PRICE_SHEET.classes);

test("the sheet bears the day its prices were read, and where", () => {
  expect(PRICE_SHEET.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(PRICE_SHEET.sources.length).toBeGreaterThan(0);
  expect(PRICE_SHEET.regions).toEqual(["af-south-1", "eu-west-1", "us-east-1", "us-west-2"]);
});

test.each(prices)("%s has a price in every region, or a reason why not", (_key, entry) => {
  expect(entry.unit).not.toBe("");
  for (const [at, region] of PRICE_SHEET.regions.entries()) {
    if (entry.unknown?.["everywhere"] || entry.unknown?.[region]) continue;
    expect(entry.tiers.length).toBeGreaterThan(0);
    for (const { usd, source } of entry.tiers) {
      expect(source).toMatch(/^[\w-]+: ./);
      expect(typeof usd === "number" ? usd : usd[at]).toBeGreaterThan(0);
    }
  }
});

test.each(prices)(
  "the tiers of %s begin at nothing and rise, and each is cheaper than the one before",
  (_key, { tiers }) => {
    const from = tiers.map((tier) => tier.from);
    expect(from[0] ?? 0).toBe(0);
    expect(from).toEqual([...new Set(from)].sort((a, b) => a - b));
    for (const at of PRICE_SHEET.regions.keys()) {
      const figures = tiers.flatMap(({ usd }) => (typeof usd === "number" ? usd : (usd[at] ?? [])));
      for (const [index, figure] of figures.entries())
        if (index > 0) expect(figure).toBeLessThan(figures[index - 1]!);
    }
  },
);

test.each(classes)("every class of %s has one figure a region, none of them free", (_key, { usd }) => {
  expect(Object.keys(usd).length).toBeGreaterThan(0);
  for (const row of Object.values(usd)) {
    expect(row.length).toBe(PRICE_SHEET.regions.length);
    expect(row.some((amount) => amount !== null)).toBe(true);
    for (const amount of row) if (amount !== null) expect(amount).toBeGreaterThan(0);
  }
});

test("Cape Town is dearer than Virginia for everything that both have", () => {
  const dearer = ["af-south-1", "us-east-1"].map((region) => PRICE_SHEET.regions.indexOf(region));
  for (const [key, { usd }] of classes.flatMap(([, table]) =>
    Object.entries(table.usd).map(([k, v]) => [k, { usd: v }] as const),
  )) {
    const [there, here] = dearer.map((at) => usd[at] ?? null);
    if (there != null && here != null) expect([key, there >= here]).toEqual([key, true]);
  }
});

test("a standby doubles a database's price, to the rounding of AWS", () => {
  const { "rds.postgres.single": single, "rds.postgres.multi": multi } = PRICE_SHEET.classes;
  for (const [name, row] of Object.entries(single?.usd ?? {})) {
    for (const [at, amount] of row.entries()) {
      const standby = multi?.usd[name]?.[at];
      if (amount !== null && standby != null)
        expect(Math.abs(standby - 2 * amount)).toBeLessThanOrEqual(0.003);
    }
  }
});

test("what the facts call unknown has no price, in any region", () => {
  const unknown: PriceRef[] = ["logs.stored", "fargate.spot", "cloudfront.egress"];
  for (const ref of unknown) {
    for (const region of PRICE_SHEET.regions) expect(priceIn(PRICE_SHEET, ref, region)).toMatch(/price/);
  }
});

test("every price on the sheet is used by some example", () => {
  const used = new Set<string>();
  const watched = new Proxy(PRICE_SHEET.prices, {
    get: (all, key: string) => {
      used.add(key);
      return all[key];
    },
  });
  const resources = EXAMPLES.map((example, at) => ({ address: `r${at}`, ...example }));
  const sheet = { ...PRICE_SHEET, prices: watched };
  for (const usage of [{}, { types: { "AWS::Route53::HealthCheck": { endpointOutsideAws: 1 } } }]) {
    estimate([...resources, ...COMPANIONS], { region: "us-east-1", usage, sheet });
  }
  expect(Object.keys(PRICE_SHEET.prices).filter((key) => !used.has(key))).toEqual([]);
});

const LIST: ListPrices = {
  _about: { read: "2030-01-02", source: "made up" },
  lambda: {
    "Lambda Requests": { "af-south-1": 3e-7, "eu-west-1": 2e-7, "us-east-1": 2e-7, "us-west-2": 2e-7 },
  },
};

test("a list-price file that lacks a price is refused with every item it lacks", () => {
  expect(() => makeSheet([LIST])).toThrow(/kms\.key: no price in af-south-1/);
  expect(() => makeSheet([])).toThrow(/at least one/);
});

test("a free or negative list price is refused", () => {
  const whole = wholeList();
  const kms = { ...(whole["kms"] as object), "Encryption Key": { global: 0 } };
  expect(() => makeSheet([{ ...whole, kms }])).toThrow("kms.key: 0 everywhere");
  const negative = { "Encryption Key": { "af-south-1": -1, "eu-west-1": 1, "us-east-1": 1, "us-west-2": 1 } };
  expect(() => makeSheet([{ ...whole, kms: { ...(whole["kms"] as object), ...negative } }])).toThrow(
    "kms.key: -1 in af-south-1",
  );
});

test("a whole list becomes a sheet with its date, its names as sources and scaled units", () => {
  const sheet = makeSheet([wholeList()]);
  expect(sheet.date).toBe("2031-05-06");
  expect(sheet.prices["lambda.request"]).toEqual({
    unit: "request",
    tiers: [{ from: 0, source: "lambda: Lambda Requests", usd: [2, 2, 2, 2] }],
  });
  // The file gives gp3 throughput per GiB/s, we count MiB/s.
  expect(sheet.prices["ebs.gp3-throughput"]?.tiers[0]?.usd).toEqual(
    [2 / 1024, 2 / 1024, 2 / 1024, 2 / 1024].map((n) => Number(n.toPrecision(12))),
  );
  expect(sheet.classes["ec2.linux"]?.usd["t9.nano"]).toEqual([null, 2, 2, 2]);
  expect(JSON.parse(printSheet(sheet))).toEqual(JSON.parse(JSON.stringify(sheet)));
});

test("the first file that names an item counts", () => {
  const second = wholeList();
  const first = {
    _about: { read: "2032-01-01", source: "newer" },
    lambda: { "Lambda Requests": { global: 7 } },
  };
  const sheet = makeSheet([first, second]);
  expect(sheet.date).toBe("2032-01-01");
  expect(sheet.prices["lambda.request"]?.tiers[0]?.usd).toBe(7);
  expect(sheet.prices["kms.key"]?.tiers[0]?.usd).toEqual([2, 2, 2, 2]);
});

type Services = Record<string, Record<string, Record<string, number>>>;

/** A list-price file with everything the sheet wants, at two dollars each. */
function wholeList(): ListPrices {
  const everywhere = Object.fromEntries(PRICE_SHEET.regions.map((region) => [region, 2]));
  const services: Services = {};
  const put = (service: string, name: string, amounts: Record<string, number> = everywhere) => {
    services[service] = { ...services[service], [name]: amounts };
  };
  for (const { service, name } of Object.values(WANTED).flatMap(({ tiers }) => tiers)) {
    for (const one of typeof name === "string" ? [name] : Object.values(name)) put(service, one);
  }
  put("ec2", "OnDemand Linux-instancetype-t9.nano", { "eu-west-1": 2, "us-east-1": 2, "us-west-2": 2 });
  put("apigateway", "Caching Memory Size 0 5");
  for (const engine of ["Redis", "Valkey", "Memcached"]) {
    put("elasticache", `OnDemand Cache Instance Standard cache t9.nano ${engine} Current Generation`);
  }
  for (const part of ["input", "output"]) put("bedrock", `some.model ${part} per 1M tokens`);
  for (const [service, name] of databaseClasses()) put(service, name);
  return { _about: { read: "2031-05-06", source: "made up" }, ...services };
}

const ENGINES = [
  ["rds-postgresql-ondemand", "PostgreSQL"],
  ["rds-mysql-ondemand", "MySQL"],
  ["rds-mariadb-ondemand", "MariaDB"],
  ["rds-aurora-ondemand", "Aurora PostgreSQL"],
  ["rds-aurora-ondemand", "Aurora MySQL"],
] as const;

function databaseClasses(): [service: string, name: string][] {
  return ENGINES.flatMap(([service, engine]) =>
    ["", "Aurora IO Optimization Mode "].flatMap((mode) =>
      ["Single", "Multi"].map((zones): [string, string] => [
        service,
        `Database Instance ${engine} No license required ${mode}db t9.nano General purpose ${zones}-AZ Current Generation`,
      ]),
    ),
  );
}
