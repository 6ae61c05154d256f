import { describe, expect, test } from "vitest";
import { type Dossier, dossier, isIntact } from "../../../core/artifacts/dossier.ts";
import { canonicalJson } from "../../../core/digest.ts";
import type { Json } from "../../../core/template/template.ts";
import { aChange, aChangeSet, aDossier } from "../../support/dossiers.ts";
import { alterations, shuffled } from "../../support/json.ts";

const read = (value: unknown) => dossier.parse(JSON.parse(JSON.stringify(value)));

describe("a dossier", () => {
  test("is intact as it was assembled, stored and read again", () => {
    const whole = aDossier({ fallbackOwner: "platform-team" });
    expect(isIntact(whole)).toBe(true);
    expect(isIntact(read(JSON.parse(canonicalJson(whole))))).toBe(true);
    expect(isIntact(read(shuffled(whole as unknown as Json, (keys) => keys.reverse())))).toBe(true);
  });

  test("altered anywhere, a member changed, added or left out, is not", () => {
    const rich = aDossier(
      {
        fallbackOwner: "platform-team",
        findings: [{ rule: "r", severity: "warning", resource: "Table", message: "m", fix: "f", law: 7 }],
        risk: { score: 5, level: "low", reasons: [{ rule: "r", resource: "Table", why: "w", points: 5 }] },
      },
      aChangeSet({
        changes: [aChange({ fate: "retain" }), aChange({ logicalId: "Queue", action: "remove" })],
      }),
    );
    let altered = 0;
    for (const { path, altered: value } of alterations(rich as unknown as Json)) {
      expect(stillPasses(value), path).toBe(false);
      altered++;
    }
    expect(altered).toBeGreaterThan(200);
  });

  test("does not pass with another's digest", () => {
    expect(isIntact({ ...aDossier(), digest: aDossier({ summary: "another" }).digest })).toBe(false);
  });
});

/** As the broker reads it: it must be a dossier, and say what its digest was taken of. */
function stillPasses(value: Json): boolean {
  const parsed = dossier.safeParse(value);
  return parsed.success && isIntact(parsed.data as Dossier);
}
