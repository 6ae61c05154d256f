import { BLOCK_NAMES, type BlockName, CATALOG } from "../catalog/catalog.ts";

/** A block the text asks for or rules out, and the word that said so. */
export interface Mention {
  readonly block: BlockName;
  readonly word: string;
}

export interface Understanding {
  readonly wanted: readonly Mention[];
  /** Ruled out in so many words: "no database". */
  readonly unwanted: readonly Mention[];
}

/** What each block is called when the text gives it no name. */
const DEFAULT_NAMES: Readonly<Record<BlockName, string>> = {
  kv_store: "table",
  artifacts_bucket: "files",
  event_bus: "events",
  task_queue: "jobs",
  secret: "credentials",
  http_api: "api",
  database: "database",
};

/** Words before a mention that turn it into its opposite, at most three words away. */
const NEGATION =
  /\b(?:no|not|without|never|neither|nor|avoid|instead of|rather than|don't need|do not need|except)\b(?:\W+\w+){0,2}\W*$/;

/** Reads a goal's text by the catalog's keywords. Empty `wanted` means it was not understood. */
export function understand(text: string): Understanding {
  const plain = text.toLowerCase().normalize("NFKC");
  const wanted: Mention[] = [];
  const unwanted: Mention[] = [];
  for (const block of BLOCK_NAMES) {
    const mentions = CATALOG[block].keywords.flatMap((word) =>
      occurrences(plain, word).map((at) => ({ block, word, at })),
    );
    const positive = mentions.find(({ at }) => !NEGATION.test(clauseBefore(plain, at)));
    if (positive) wanted.push({ block, word: positive.word });
    else if (mentions[0]) unwanted.push({ block, word: mentions[0].word });
  }
  return { wanted, unwanted };
}

export function defaultName(block: BlockName): string {
  return DEFAULT_NAMES[block];
}

function occurrences(text: string, word: string): number[] {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return [...text.matchAll(new RegExp(`(?<![\\w-])${escaped}s?(?![\\w-])`, "g"))].map(({ index }) => index);
}

/** The text of the same clause, before the mention. */
function clauseBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 60), at);
  return before.slice(
    Math.max(before.lastIndexOf("."), before.lastIndexOf(";"), before.lastIndexOf(" but ")) + 1,
  );
}
