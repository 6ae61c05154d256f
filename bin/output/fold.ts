import { stripVTControlCharacters } from "node:util";

/** Where the text of `  label    text` begins; what is folded hangs there. */
const LABELLED = /^ {2}\S+ +(?=\S)/;
const COMMAND = "npx conductor";

/**
 * Breaks a line between words where a terminal would break it within one. Commands are left whole: they are copied.
 * `columns` is undefined where nobody looks at it.
 */
export function fold(line: string, columns: number | undefined): string {
  if (columns === undefined || width(line) <= columns || line.includes(COMMAND)) return line;
  const start = (LABELLED.exec(line) ?? /^ */.exec(line))?.[0] ?? "";
  const lines: string[] = [];
  let current = "";
  for (const word of line.slice(start.length).split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (current !== "" && start.length + width(longer) > columns) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return start + [...lines, current].join(`\n${" ".repeat(start.length)}`);
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}
