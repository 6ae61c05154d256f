import { ServiceError } from "../service-error.ts";

const MOST_RESULTS = 1_000;
const DEFAULT_RESULTS = 100;

/** How many results a page has: `maxResults`, or 100 where that is absent or 0. */
export function pageSize(maxResults: number | undefined): number {
  if (maxResults === undefined || maxResults === 0) return DEFAULT_RESULTS;
  if (Number.isInteger(maxResults) && maxResults > 0 && maxResults <= MOST_RESULTS) return maxResults;
  throw new ServiceError(
    "ValidationException",
    `1 validation error detected: Value '${maxResults}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${MOST_RESULTS}`,
  );
}

/** A token for the page that begins at a position in a listing. */
export function pageToken(listing: string, position: number): string {
  return Buffer.from(`${listing} ${position}`).toString("base64url");
}

/** The position that a page begins at; throws when the token belongs to another listing. */
export function pageStart(listing: string, token: string): number {
  const text = Buffer.from(token, "base64url").toString();
  const position = Number(text.slice(listing.length + 1));
  if (text.startsWith(`${listing} `) && Number.isSafeInteger(position)) return position;
  throw new ServiceError("InvalidToken", `Invalid Token: '${token}' is not a page of this listing`);
}
