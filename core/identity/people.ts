import * as z from "zod";
import { parseInput } from "../artifacts/parse.ts";
import { principalOf } from "../principal.ts";
import { atomically } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import { WORKSPACE_CHAIN } from "../timeline/chain.ts";
import { record } from "../timeline/record.ts";
import { type Grant, grantsOf, grantText } from "./access.ts";

/** Somebody the workspace knows: what they may do, and where they are reached. */
export interface Person {
  readonly principal: string;
  readonly grants: readonly Grant[];
  readonly mail?: string;
  /** Their user id in Slack (`U012AB3CD`); who has none decides nothing there. */
  readonly slack?: string;
}

const row = z.object({
  principal: z.string(),
  grants: z.array(z.string()),
  mail: z.email().optional(),
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,20}$/, "must be a Slack user id such as U012AB3CD")
    .optional(),
});

/**
 * Says who somebody is and what they may do, and has the workspace's record tell who said so.
 * @throws InputError, PrincipalError
 */
export async function savePerson(table: Table, person: Person, by: string, now: Date): Promise<Person> {
  const attributes = parseInput(
    row,
    { ...person, principal: principalOf(person.principal), grants: person.grants.map(grantText) },
    "the person",
  );
  return await atomically(table, async (unit) => {
    const key = keys.person(attributes.principal);
    await unit.get(key);
    unit.put({ ...key, attributes });
    await record(unit, WORKSPACE_CHAIN, {
      at: now.toISOString(),
      type: "person.changed",
      actor: by,
      data: { person: attributes.principal, grants: attributes.grants },
    });
    return personIn(attributes);
  });
}

export async function findPerson(table: Table, principal: string): Promise<Person | undefined> {
  const item = await table.get(keys.person(principal));
  return item && personIn(row.parse(item.attributes));
}

/** Everybody, by name. A workspace has dozens; whoever needs more than these keeps its people elsewhere. */
export async function everybody(table: Table): Promise<readonly Person[]> {
  const { items } = await table.query({ pk: keys.person("").pk, limit: 500 });
  return items.map(({ attributes }) => personIn(row.parse(attributes)));
}

function personIn({ grants, principal, mail, slack }: z.output<typeof row>): Person {
  return {
    principal,
    grants: grantsOf(grants),
    ...(mail === undefined ? {} : { mail }),
    ...(slack === undefined ? {} : { slack }),
  };
}
