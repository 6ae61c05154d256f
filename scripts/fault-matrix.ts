import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentOf } from "../test/support/fault-matrix/document.ts";
import { faultMatrix } from "../test/support/fault-matrix/matrix.ts";
import { situationsMet } from "../test/support/fault-matrix/situations.ts";
import { startMoto } from "../test/support/moto-server.ts";

/** Tries every port under every fault, and writes docs/fault-matrix.md. */
const moto = await startMoto();
try {
  const document = documentOf(await faultMatrix(moto), await situationsMet(moto));
  writeFileSync(join(import.meta.dirname, "../docs/fault-matrix.md"), document);
} finally {
  await moto.end();
}
