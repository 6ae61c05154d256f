/** The longest text a function may build; a template of a megabyte can otherwise ask for a terabyte. */
export const MOST_TEXT = 1_048_576;

const PLACEHOLDER = /\$\{([^{}]*)\}/g;

export type Piece =
  | { readonly text: string }
  /** `${Name}` or `${Name.Attribute}`. */
  | { readonly name: string };

/** The pieces of a `Fn::Sub` text; `${!Name}` is the literal `${Name}`. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const inside = (match[1] ?? "").trim();
    found.push({ text: text.slice(at, match.index) });
    found.push(inside.startsWith("!") ? { text: `\${${inside.slice(1)}}` } : { name: inside });
    at = match.index + match[0].length;
  }
  found.push({ text: text.slice(at) });
  return found.filter((piece) => !("text" in piece) || piece.text !== "");
}
