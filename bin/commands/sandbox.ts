import { Command, Option } from "commander";
import { type HowBroken, WAYS_TO_BREAK } from "../../adapters/embedded/sandbox/breakages.ts";
import { type SandboxControls, sandboxControls } from "../../adapters/embedded/sandbox/controls.ts";
import type { ShownAccount } from "../../adapters/embedded/sandbox/show.ts";
import type { Fault } from "../../adapters/embedded/sandbox/store/faults.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { InputError } from "../../core/artifacts/parse.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { ResourceDrift } from "../../core/cloud/stack.ts";
import type { Json } from "../../core/template/template.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { type CommonOptions, command, environmentOption, notBlank } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { UsageError } from "../cli/usage-error.ts";
import { withHome } from "../cli/with-home.ts";

interface SandboxOptions extends CommonOptions {
  readonly environment: Environment;
  readonly stack: string;
  readonly resource: string;
}

/** What people may do to the simulated account besides using it; nothing of it exists outside this machine. */
export function sandbox(): Command {
  return new Command("sandbox")
    .description("look into the simulated AWS accounts, or make things go wrong in them")
    .addCommand(show())
    .addCommand(failNext())
    .addCommand(clear())
    .addCommand(drift())
    .addCommand(breakResource())
    .addCommand(snapshot())
    .addCommand(setAccount());
}

function show(): Command {
  return command("show", "accounts, stacks and resources as they are")
    .addOption(environmentOption())
    .action((options: CommonOptions & { environment?: Environment }) =>
      withControls(options, (controls) => {
        const accounts = controls.show(options.environment ? { environment: options.environment } : {});
        return { json: { simulated: true, accounts }, lines: accounts.flatMap(accountLines) };
      }),
    );
}

function failNext(): Command {
  return inEnvironment("fail-next", "let the next creation, update or deletion of a resource fail")
    .requiredOption("--resource <id>", "a logical id, or a type such as AWS::DynamoDB::Table", notBlank)
    .option("--stack <name>", "in this stack only")
    .option("--reason <text>", "what CloudFormation says")
    .option("--rollback-too", "let its rollback fail as well, which leaves the stack stuck")
    .action((options: SandboxOptions & { reason?: string; rollbackToo?: boolean }) =>
      withControls(options, (controls) => {
        const { environment, resource, stack, reason, rollbackToo = false } = options;
        const fault = {
          environment,
          resource,
          rollbackToo,
          ...(stack ? { stack } : {}),
          ...(reason ? { reason } : {}),
        };
        controls.failNext(fault);
        return {
          json: { simulated: true, fault },
          lines: [`in ${environment}, ${faultLine(fault)}`],
        };
      }),
    );
}

function clear(): Command {
  return inEnvironment(
    "clear",
    "withdraw the failures ordered with fail-next that have not come true",
  ).action((options: SandboxOptions) =>
    withControls(options, (controls) => {
      const { environment } = options;
      controls.clearFaults({ environment });
      return {
        json: { simulated: true, environment, faults: [] },
        lines: [`nothing in ${environment} is to fail`],
      };
    }),
  );
}

function drift(): Command {
  return ofResource("drift", "change a property of a resource behind its stack's back")
    .option("--property <name>", "which; one is chosen otherwise")
    .option("--value <json>", "its new value, as JSON")
    .action((options: SandboxOptions & { property?: string; value?: string }) =>
      withControls(options, (controls) => {
        const { environment, stack, resource, property, value } = options;
        const change = {
          ...(property === undefined ? {} : { property }),
          ...(value === undefined ? {} : { value: jsonOf(value) }),
        };
        return drifted(controls.drift({ environment, stack, resource, ...change }));
      }),
    );
}

function breakResource(): Command {
  return ofResource("break", "break a resource: a stopped database, a removed security-group rule")
    .addOption(new Option("--how <how>", "what happens to it").choices(WAYS_TO_BREAK).makeOptionMandatory())
    .action((options: SandboxOptions & { how: HowBroken }) =>
      withControls(options, (controls) => {
        const { environment, stack, resource, how } = options;
        const { json, lines } = drifted(controls.breakResource({ environment, stack, resource, how }));
        return { json: { ...json, how }, lines: [`${how}: ${resource}`, ...lines] };
      }),
    );
}

function snapshot(): Command {
  return ofResource("snapshot", "take a snapshot of a resource that holds data").action(
    (options: SandboxOptions) =>
      withControls(options, (controls) => {
        const { snapshotId } = controls.takeSnapshot(options);
        return { json: { simulated: true, snapshotId }, lines: [`${snapshotId} of ${options.resource}`] };
      }),
  );
}

function setAccount(): Command {
  return inEnvironment(
    "set-account <account>",
    "let the credentials of an environment belong to another account; `right` undoes it",
  ).action((number: string, options: SandboxOptions) =>
    withControls(options, (controls) => {
      const { environment } = options;
      const account = number === "right" ? undefined : number;
      controls.setAccount({ environment, account });
      const reports = account ?? ENVIRONMENTS[environment].account;
      return {
        json: { simulated: true, environment, reports },
        lines: [`${environment} now reports account ${reports}`],
      };
    }),
  );
}

function inEnvironment(name: string, description: string): Command {
  return command(name, description).addOption(environmentOption().makeOptionMandatory());
}

function ofResource(name: string, description: string): Command {
  return inEnvironment(name, description)
    .requiredOption("--stack <name>", "the stack")
    .requiredOption("--resource <id>", "the resource's logical id", notBlank);
}

interface Answer {
  readonly json: object;
  readonly lines: readonly string[];
}

/** @throws UsageError where no account is simulated */
function withControls(options: CommonOptions, work: (controls: SandboxControls) => Answer): Promise<void> {
  if (options.home === "aws") {
    throw new UsageError(
      "InvalidUsage",
      "only the accounts on this machine are simulated; leave out --home aws, or unset CONDUCTOR_HOME",
    );
  }
  return withHome({ ...options, create: true }, ({ directory, world }) => {
    const targets = Object.values(ENVIRONMENTS).map(({ environment, account, region }) => ({
      environment,
      account,
      region,
    }));
    // With no pace at all, a look would finish whatever another process is just applying.
    const controls = sandboxControls({
      database: directory.database,
      clock: world.clock,
      pace: "demo",
      targets,
    });
    const { json, lines } = work(controls);
    if (options.json) printJson(json);
    else for (const line of lines) printLine(line);
    return Promise.resolve(EXIT.done);
  });
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InputError(
      "InvalidInput",
      `--value ${text.slice(0, 80)} is not JSON: put text in double quotes inside single ones`,
    );
  }
}

function drifted(found: ResourceDrift): Answer {
  const differences = found.differences.map(
    ({ path, expected, actual }) => `  ${path}: ${actual}, not ${expected}`,
  );
  return {
    json: { simulated: true, drift: found },
    lines: [`drift detection finds ${found.logicalId} ${found.status}`, ...differences],
  };
}

function accountLines({
  environment,
  account,
  region,
  reportedAccount,
  stacks,
  released,
  faults,
}: ShownAccount): string[] {
  const wrong = reportedAccount === account ? "" : `; its credentials report ${reportedAccount}`;
  return [
    `${environment}  account ${account} in ${region} (simulated)${wrong}`,
    ...stacks.flatMap(({ name, status, resources }) => [
      `  ${name}  ${status}`,
      ...resources.map(
        ({ logicalId, type, physicalId, status: at, broken, drift: { status: drift } }) =>
          `    ${logicalId.padEnd(36)} ${type.padEnd(32)} ${at}${broken ? ` (${broken})` : ""}${drift === "IN_SYNC" || drift === "NOT_CHECKED" ? "" : ` ${drift}`}  ${physicalId}`,
      ),
    ]),
    ...released.map(
      ({ logicalId, type, physicalId }) => `  outside every stack: ${logicalId} ${type} ${physicalId}`,
    ),
    ...faults.map((fault) => `  ${faultLine(fault)}`),
  ];
}

function faultLine({ resource, stack, rollbackToo }: Fault): string {
  return `will fail next: ${resource}${stack ? ` of ${stack}` : ""}${rollbackToo ? ", and again when it is rolled back" : ""}`;
}
