/**
 * Loaded before anything else (`--import`), this leaves a process a disk on which only so much room is left:
 * `ROOM_PAGES` more pages in each database, `ROOM_BYTES` for what is written to files otherwise. SQLite itself then
 * says that the disk is full; the file system's part is played here.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { DatabaseSync } from "node:sqlite";

const pages = process.env["ROOM_PAGES"];
const bytes = process.env["ROOM_BYTES"];

if (pages !== undefined) {
  const { exec } = DatabaseSync.prototype;
  const limited = new WeakSet<DatabaseSync>();
  DatabaseSync.prototype.exec = function (sql) {
    if (!limited.has(this)) {
      limited.add(this);
      const row = this.prepare("PRAGMA page_count").get();
      exec.call(this, `PRAGMA max_page_count = ${Math.max(1, Number(row?.["page_count"]) + Number(pages))}`);
    }
    exec.call(this, sql);
  };
}

/** Descriptors up to this one are the process's own output. */
const STANDARD = 2;

if (bytes !== undefined) {
  const { writeSync } = fs;
  let left = Number(bytes);
  fs.writeSync = ((descriptor: number, content: NodeJS.ArrayBufferView, ...rest: []) => {
    if (descriptor > STANDARD) left -= content.byteLength;
    if (left < 0 && descriptor > STANDARD)
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    return writeSync(descriptor, content, ...rest);
  }) as typeof writeSync;
  syncBuiltinESMExports();
}
