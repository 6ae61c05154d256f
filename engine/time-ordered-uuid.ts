import { randomUUID } from "node:crypto";

/**
 * A UUID (version 7, RFC 9562) that sorts by its time, in milliseconds: names made one after another lie together in
 * an index. Its random bits are those of a version 4, which Node.js draws in advance for many.
 */
export function timeOrderedUuid(now: number): string {
  const time = now.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
