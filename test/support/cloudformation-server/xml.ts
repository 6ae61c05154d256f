/** What an answer is made of: a list becomes one element for each item, undefined is left out. */
export type Answer =
  | string
  | number
  | boolean
  | readonly Answer[]
  | { readonly [name: string]: Answer | undefined };

/** Lists whose items are not called `member`: RDS has its own names. */
const ITEMS: Readonly<Record<string, string>> = {
  DBSnapshots: "DBSnapshot",
  DBClusterSnapshots: "DBClusterSnapshot",
};

/** An element in the Query protocol's XML. */
export function xml(name: string, value: Answer | undefined): string {
  if (value === undefined) return "";
  return `<${name}>${content(name, value)}</${name}>`;
}

function content(name: string, value: Answer): string {
  if (Array.isArray(value)) return value.map((item: Answer) => xml(ITEMS[name] ?? "member", item)).join("");
  if (typeof value !== "object") return escaped(String(value));
  return Object.entries(value)
    .map(([inner, one]) => xml(inner, one))
    .join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
