import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Secret, SecretError, type SecretStore } from "../../core/secrets/secret-store.ts";

const NAME = /^[A-Za-z0-9_+=.@-]{1,200}(?:\/[A-Za-z0-9_+=.@-]{1,200}){0,5}$/;
/** Group and others. */
const NOT_OWNER = 0o077;

/** Secrets on one machine: a file each, that nobody but its owner may read or write. */
export class FileSecretStore implements SecretStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: string): Promise<Secret> {
    const file = this.#fileOf(name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) throw missing(name, `put it into the file ${file}`);
    // Windows has no such modes.
    if (process.platform !== "win32" && (found.mode & NOT_OWNER) !== 0) {
      throw new SecretError(
        "SecretUnreadable",
        `others may read ${file}; make it yours alone: chmod 600 ${file}`,
      );
    }
    return new Secret(readFileSync(file, "utf8").replace(/\r?\n$/, ""));
  }

  #fileOf(name: string): string {
    if (NAME.test(name) && !name.split("/").some((part) => /^\.+$/.test(part)))
      return join(this.#folder, name);
    throw missing(name, "a secret's name is letters, digits and _ + = . @ - in parts divided by /");
  }
}

function missing(name: string, what: string): SecretError {
  return new SecretError("SecretMissing", `there is no secret ${JSON.stringify(name.slice(0, 80))}; ${what}`);
}
