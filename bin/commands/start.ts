import { type Command, InvalidArgumentError, Option } from "commander";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import type { ExitCode } from "../cli/exit-codes.ts";
import { type CommonOptions, command, notBlank, paceOption } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { complain, driveUntilToldToStop } from "../home/drive-until.ts";
import type { Driver } from "../home/driver.ts";
import { listen } from "../home/listener.ts";
import type { Home } from "../home/record.ts";
import { runDueWatches } from "../home/watches.ts";
import { openWeb, type Web, type WebOptions } from "../home/web.ts";

interface StartOptions extends CommonOptions {
  readonly pace: Pace;
  readonly port: number;
  readonly host: string;
  readonly origin?: string;
}

/** How often it is looked whether people are to be told something, and whether whoever drives still can, in milliseconds. */
const LOOK_MS = 500;
/** The same when what was to be told could not be. */
const TROUBLED_MS = 5_000;

export function start(): Command {
  return command("start", "serve the console and the API, and carry everything on, until it is told to stop")
    .addOption(
      new Option("--port <port>", "where they answer").env("PORT").default(4100).argParser(portNumber),
    )
    .addOption(
      new Option("--host <address>", "on which of this machine's addresses")
        .default("127.0.0.1")
        .argParser(notBlank),
    )
    .addOption(
      new Option("--origin <url>", "how browsers and mails reach it, when through something in between")
        .env("CONDUCTOR_ORIGIN")
        .argParser(notBlank),
    )
    .addOption(paceOption())
    .action(async (options: StartOptions) => {
      await withHome({ ...options, create: true, models: true, cloud: true }, (home) =>
        startUntilToldToStop(home, options),
      );
    });
}

async function startUntilToldToStop(home: Home, options: StartOptions): Promise<ExitCode> {
  const { json = false } = options;
  return await driveUntilToldToStop(home, { command: "start", json }, (driver, signal) =>
    answerUntil(signal, home, driver, options),
  );
}

async function answerUntil(
  signal: AbortSignal,
  home: Home,
  driver: Driver,
  options: StartOptions,
): Promise<void> {
  let web: Web | undefined;
  const fetch: Web["app"]["fetch"] = (...request) => web?.app.fetch(...request) ?? NOT_YET();
  // The port comes first: it is in every address that is given away.
  const listening = await listen({ fetch }, options);
  try {
    const origin = options.origin?.replace(/\/+$/, "") ?? `http://localhost:${listening.port}`;
    const onError: WebOptions["onError"] = (error, { method, path }) =>
      complain(`${method} ${path}: ${errorText(error)}`);
    web = await openWeb(home, { origin, driver, onError });
    await greet(home, origin, await web.signInLink(), options);
    const began = systemClock.now();
    while (!signal.aborted && !driver.failure) {
      const again = await tell(web);
      await runDueWatches(home, began).catch(complain);
      await systemClock.sleep(again, signal);
    }
  } finally {
    await listening.stop();
  }
}

/** Tells people what is due; says after how many milliseconds to look again. */
async function tell(web: Web): Promise<number> {
  try {
    await web.notify();
    return LOOK_MS;
  } catch (error) {
    complain(error);
    return TROUBLED_MS;
  }
}

const NOT_YET = () => new Response(null, { status: 503, headers: { "retry-after": "1" } });

async function greet(home: Home, origin: string, signIn: string, { json }: StartOptions): Promise<void> {
  if (json)
    return printJson({
      console: origin,
      signIn,
      api: `${origin}/openapi.json`,
      data: home.directory.path,
      pid: process.pid,
    });
  printLine("Conductor is running; Ctrl-C drains and stops it.");
  printLine();
  printLine(`  sign in   ${signIn}`);
  printLine(`  console   ${origin}`);
  printLine(`  API       ${origin}/openapi.json, tokens by \`npx conductor token\``);
  printLine(`  data      ${home.directory.path}`);
  printLine();
  printLine("The first address signs you in, once, within the hour.");
  if (home.simulated) printLine("The account behind it is simulated: nothing here is real.");
}

/** Where an error that nobody foresaw came from, for whoever mends it. */
function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** 0 means any that is free. */
function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new InvalidArgumentError("It must be a port: 0 to 65535.");
}
