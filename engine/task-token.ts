import { createHash, randomBytes } from "node:crypto";

const SECRET_BYTES = 42;
const SEAL_BYTES = 6;
const LENGTH = ((SECRET_BYTES + SEAL_BYTES) * 4) / 3;

/** A task token: nobody can guess it, and its end shows that it was once issued. */
export function newTaskToken(): string {
  const secret = randomBytes(SECRET_BYTES);
  return Buffer.concat([secret, seal(secret)]).toString("base64url");
}

/** Whether a text is a task token that was issued at some time; whether anybody waits for it the store knows. */
export function isTaskToken(text: string): boolean {
  if (text.length !== LENGTH) return false;
  const bytes = Buffer.from(text, "base64url");
  return (
    bytes.length === SECRET_BYTES + SEAL_BYTES &&
    seal(bytes.subarray(0, SECRET_BYTES)).equals(bytes.subarray(SECRET_BYTES))
  );
}

function seal(secret: Buffer): Buffer {
  return createHash("sha256").update(secret).digest().subarray(0, SEAL_BYTES);
}
