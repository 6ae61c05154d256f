import { join } from "node:path";
import { isCritical } from "../../core/gate/critical.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { SteppedUp } from "../../core/identity/step-up.ts";
import type { Caller } from "../../core/principal.ts";
import { identityFolder } from "./identity.ts";
import type { Home } from "./record.ts";

/**
 * What somebody shows at a critical gate, by whatever door of this machine; nothing elsewhere. What proves it is loaded
 * where it is needed.
 * @param code the one-time code they entered
 * @throws StepUpError
 */
export async function stepUpAt(
  home: Home,
  gate: Gate,
  { principal }: Caller,
  code: string | undefined,
): Promise<{ readonly stepUp?: SteppedUp }> {
  if (!isCritical(gate)) return {};
  const codes = await openCodes(home);
  const shown = code === undefined ? {} : { code };
  return { stepUp: await codes.prove(principal, shown, home.world.clock.now()) };
}

/** The one-time codes of the people of this machine. */
export async function openCodes(home: Home) {
  const { TotpStepUp } = await import("../../adapters/embedded/totp.ts");
  return new TotpStepUp(home.world.table, join(identityFolder(home), "codes"));
}
