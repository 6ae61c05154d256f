import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import type { Memory } from "../../core/memory/memory-means.ts";
import type { ModelProvider } from "../../core/model/model.ts";
import type { Home } from "../home/record.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { CommonOptions } from "./options.ts";
import { runCommand } from "./run-command.ts";

interface HomeNeeds extends CommonOptions {
  readonly pace?: Pace;
  /** Bring the simulated accounts, which take a moment to load. */
  readonly cloud?: boolean;
  /** Make the data directory when it is not there. */
  readonly create?: boolean;
  /** Read the models from the environment: only what starts or carries on work asks them. */
  readonly models?: boolean;
}

/** Opens the data directory for one command and closes it whatever happens. */
export async function withHome(needs: HomeNeeds, work: (home: Home) => Promise<ExitCode>): Promise<void> {
  await runCommand(needs, () => inHome(needs, work));
}

/** The same for a command that has something to do before. @throws StorageError */
export async function inHome(needs: HomeNeeds, work: (home: Home) => Promise<ExitCode>): Promise<ExitCode> {
  const home = await open(needs, needs.models ? await mindFrom(process.env) : {});
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

/** What agents think and remember with, beside their rules and the workspace's own table. */
interface Mind {
  readonly models?: readonly ModelProvider[];
  readonly memory?: Partial<Memory>;
}

/** @throws InputError */
async function mindFrom(variables: NodeJS.ProcessEnv): Promise<Mind> {
  const { configuredModels, configuredMemory } = await import("../home/models.ts");
  return { models: await configuredModels(variables), memory: await configuredMemory(variables) };
}

async function open(needs: HomeNeeds, mind: Mind): Promise<Home> {
  return needs.home === "aws" ? await openOnAws(needs, mind) : await openHere(needs, mind);
}

async function openOnAws({ data, create = false, cloud = false }: HomeNeeds, mind: Mind): Promise<Home> {
  const { emulatorFrom } = await import("../home/emulator.ts");
  const options = { emulator: emulatorFrom(process.env), data, create, ...mind };
  if (!cloud) return await (await import("../home/aws-record.ts")).openAwsRecord(options);
  return await (await import("../home/aws-home.ts")).openAwsHome(options);
}

async function openHere({ data, create = false, cloud = false, pace }: HomeNeeds, mind: Mind): Promise<Home> {
  const options = { data, create, ...mind, anchors: process.env["CONDUCTOR_ANCHORS"] };
  if (!cloud) return (await import("../home/record.ts")).openRecord(options);
  const { openHome } = await import("../home/home.ts");
  return openHome({ ...options, ...(pace ? { pace } : {}) });
}
