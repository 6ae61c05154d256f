/**
 * The renderer writes colours as CSS variables and `color-mix()`, which only browsers understand: elsewhere every
 * shape comes out black. This writes each as `#rrggbb`, and draws the background, which `style` alone only shows in
 * browsers.
 */
export function withLiteralColours(svg: string): string {
  const given = /<svg [^>]*style="([^"]*)"/.exec(svg)?.[1] ?? "";
  const rule = /\s*svg \{([\s\S]*?)\n\s*\}/.exec(svg);
  const colours = declarations(`${given};${rule?.[1] ?? ""}`);
  return svg
    .replace(rule?.[0] ?? "", "")
    .replace(` style="${given}"`, "")
    .replace(/<defs>/, `<rect width="100%" height="100%" fill="${literal("var(--bg)", colours)}" />\n<defs>`)
    .replaceAll(/var\(--[\w-]+\)/g, (used) => literal(used, colours));
}

type Colours = ReadonlyMap<string, string>;

function declarations(css: string): Colours {
  return new Map(
    [...css.matchAll(/(--[\w-]+):\s*([^;]+)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

const VARIABLE = /^var\((--[\w-]+)(?:,\s*(.+))?\)$/;
const MIX = /^color-mix\(in srgb, (.+) (\d+)%, (.+)\)$/;

/** @throws Error when the renderer writes a colour in a way that is not known here. */
function literal(colour: string, colours: Colours): string {
  const value = colour.trim();
  if (/^#[0-9a-f]{6}$/i.test(value)) return value;
  const [, name, fallback] = VARIABLE.exec(value) ?? [];
  const meant = name === undefined ? undefined : (colours.get(name) ?? fallback);
  if (meant !== undefined) return literal(meant, colours);
  const [, first, share, second] = MIX.exec(value) ?? [];
  if (first === undefined || second === undefined) throw new Error(`cannot tell which colour ${value} is`);
  return mix(literal(first, colours), literal(second, colours), Number(share) / 100);
}

/** `color-mix(in srgb, first share, second)` of two opaque colours. */
function mix(first: string, second: string, share: number): string {
  const channel = (colour: string, at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  return `#${[1, 3, 5]
    .map((at) => Math.round(channel(first, at) * share + channel(second, at) * (1 - share)))
    .map((amount) => amount.toString(16).padStart(2, "0"))
    .join("")}`;
}
