import { join } from "node:path";
import type { Home } from "./record.ts";

/** Where keys and secrets of people are, for their owner alone. */
export function identityFolder({ directory }: Pick<Home, "directory">): string {
  return join(directory.path, "identity");
}
