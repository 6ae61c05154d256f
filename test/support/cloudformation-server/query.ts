/** A request of the Query protocol: `Parameters.member.1.ParameterKey=A` becomes a list of objects. */
export type Params = { readonly [name: string]: Param | undefined };
export type Param = string | readonly Param[] | Params;

export function paramsOf(body: string): Params {
  const root: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body)) place(root, name.split("."), value);
  return lists(root) as Params;
}

function place(node: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    node[name] = value;
    return;
  }
  node[name] ??= {};
  place(node[name] as Record<string, unknown>, rest, value);
}

function lists(node: unknown): unknown {
  if (typeof node !== "object" || node === null) return node;
  const { member } = node as { member?: Record<string, unknown> };
  if (member !== undefined)
    return Object.entries(member)
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([, item]) => lists(item));
  return Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, lists(inner)]));
}

export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  return typeof value === "string" ? value : undefined;
}

export function texts(params: Params, name: string): readonly string[] {
  const value = params[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** A list of pairs as a record. */
export function pairs(params: Params, name: string, key: string, value: string): Record<string, string> {
  const all = params[name];
  const items = (Array.isArray(all) ? all : []) as readonly Params[];
  return Object.fromEntries(items.map((item) => [text(item, key) ?? "", text(item, value) ?? ""]));
}
