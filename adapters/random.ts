import { randomBytes } from "node:crypto";

/** A name that nothing else bears: `exec_` and the like before 48 random bits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(6).toString("hex")}`;
}

/** 256 bits that nobody can guess, as URL-safe text. */
export function secret(): string {
  return randomBytes(32).toString("base64url");
}
