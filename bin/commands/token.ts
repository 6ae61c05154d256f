import { type Command, InvalidArgumentError, Option } from "commander";
import { LocalIssuer } from "../../adapters/identity/local-issuer.ts";
import { environment } from "../../core/artifacts/vocabulary.ts";
import { type Grant, ROLES, type Role } from "../../core/identity/access.ts";
import { principalOf } from "../../core/principal.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { amount, type CommonOptions, command, notBlank } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { identityFolder } from "../home/identity.ts";

interface TokenOptions extends CommonOptions {
  readonly user: string;
  readonly role: readonly Role[];
  readonly env?: readonly Grant["environment"][];
  readonly hours: number;
}

export function token(): Command {
  return command("token", "issue a token for the API, signed by this workspace's key")
    .addOption(new Option("--user <name>", "whom it stands for").argParser(notBlank).makeOptionMandatory())
    .addOption(
      new Option("--role <role>", "what they may do; may be given several times")
        .argParser(gathering(ROLES))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--env <environment>",
        "where they may do it; may be given several times, all without",
      ).argParser(gathering(environment.options)),
    )
    .option("--hours <n>", "how long it is good", amount, 8)
    .action(async (options: TokenOptions) => {
      await withHome({ ...options, create: true }, async (home) => {
        const grants = grantsIn(options);
        const issuer = await LocalIssuer.open(identityFolder(home));
        const issued = await issuer.issue(
          { user: options.user, grants, hours: options.hours },
          home.world.clock.now(),
        );
        if (options.json)
          printJson({ token: issued, user: principalOf(options.user), grants, hours: options.hours });
        else printLine(issued);
        return EXIT.done;
      });
    });
}

function grantsIn({ role: roles, env = environment.options }: TokenOptions): Grant[] {
  return roles.flatMap((role) => env.map((name) => ({ role, environment: name })));
}

/** Collects an option that may be given several times, each one of these. */
function gathering<Choice extends string>(choices: readonly Choice[]) {
  return (text: string, earlier: readonly Choice[] = []): readonly Choice[] => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new InvalidArgumentError(`It must be one of ${choices.join(", ")}.`);
    return [...new Set([...earlier, found])];
  };
}
