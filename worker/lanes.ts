/** The functions of each lane, as they are deployed to Lambda too; each is loaded when it is first called. */
export const LANES: Readonly<Record<string, Readonly<Record<string, () => Promise<{ handler: unknown }>>>>> =
  {
    read_only: {
      atlas: () => import("../lambdas/atlas/index.ts"),
      forge: () => import("../lambdas/forge/index.ts"),
      sentinel: () => import("../lambdas/sentinel/index.ts"),
      critic: () => import("../lambdas/critic/index.ts"),
      sweeper: () => import("../lambdas/sweeper/index.ts"),
    },
    dry_run: { "change-set": () => import("../lambdas/change-set/index.ts") },
    execute: { broker: () => import("../lambdas/broker/index.ts") },
  };
