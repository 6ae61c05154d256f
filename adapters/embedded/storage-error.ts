import { NamedError } from "../../core/errors.ts";

export class StorageError extends NamedError<
  | "DataDirectoryMissing"
  | "DataDirectoryUnusable"
  | "DataDirectoryNewer"
  | "DataDirectoryBusy"
  | "DataDirectoryDamaged"
  | "DiskFull"
  | "DiskReadOnly"
> {}

/** Troubles that trying again in a moment may cure. */
export function isPassing({ name }: StorageError): boolean {
  return name === "DataDirectoryBusy";
}

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const BY_SQLITE_CODE: Readonly<Record<number, readonly [StorageError["name"], string]>> = {
  5: ["DataDirectoryBusy", "another process keeps it locked; try again in a moment"],
  6: ["DataDirectoryBusy", "another process keeps it locked; try again in a moment"],
  8: ["DiskReadOnly", "it cannot be written; choose another with --data or correct its permissions"],
  10: [
    "DataDirectoryUnusable",
    "the disk reported an error and nothing of the last step was kept; see to the disk and run `conductor resume`",
  ],
  11: ["DataDirectoryDamaged", "its database is damaged; restore it from a backup"],
  13: [
    "DiskFull",
    "the disk is full; free some space, then `conductor resume` carries on whatever had begun",
  ],
  14: ["DataDirectoryUnusable", "its database cannot be opened; choose another with --data"],
  26: [
    "DataDirectoryDamaged",
    "conductor.db in it is not a database; move it away or choose another with --data",
  ],
};

const BY_SYSTEM_CODE: Readonly<Record<string, readonly [StorageError["name"], string]>> = {
  ENOSPC: [
    "DiskFull",
    "the disk is full; free some space, then `conductor resume` carries on whatever had begun",
  ],
  EDQUOT: [
    "DiskFull",
    "the disk quota is used up; free some space, then `conductor resume` carries on whatever had begun",
  ],
  EFBIG: [
    "DiskFull",
    "a file has reached the largest size allowed; raise the limit and run `conductor resume`",
  ],
  EROFS: ["DiskReadOnly", "its disk is read-only; choose another with --data"],
  EACCES: ["DiskReadOnly", "it may not be written; choose another with --data or correct its permissions"],
  EPERM: ["DiskReadOnly", "it may not be written; choose another with --data or correct its permissions"],
  ENOTDIR: ["DataDirectoryUnusable", "a file stands where a directory is needed; choose another with --data"],
  EEXIST: ["DataDirectoryUnusable", "a file stands where a directory is needed; choose another with --data"],
  EISDIR: ["DataDirectoryUnusable", "a directory stands where a file is needed; choose another with --data"],
};

/** An error of the disk or the database in one sentence with the way out; undefined when it is something else. */
export function asStorageError(error: unknown, directory: string): StorageError | undefined {
  if (error instanceof StorageError) return error;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  // Extended result codes carry the primary one in their lowest byte.
  const known =
    typeof errcode === "number"
      ? BY_SQLITE_CODE[errcode & 0xff]
      : typeof code === "string"
        ? BY_SYSTEM_CODE[code]
        : undefined;
  return (
    known && new StorageError(known[0], `the data directory ${directory}: ${known[1]}`, { cause: error })
  );
}
