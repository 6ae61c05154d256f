import { describe, expect, test } from "vitest";
import { environment } from "../../../core/artifacts/vocabulary.ts";
import {
  ACTIONS,
  type Action,
  grantsOf,
  grantText,
  identityOf,
  may,
  ROLES,
  type Role,
  requireAccess,
} from "../../../core/identity/access.ts";

/** Written out a second time, so that nobody widens a role by accident. */
const MATRIX: Readonly<Record<Role, readonly Action[]>> = {
  viewer: ["view"],
  operator: ["view", "start", "roll-back", "steer"],
  approver: ["view", "decide"],
  admin: ["view", "start", "roll-back", "steer", "decide", "grant-budget", "break-glass", "skip-gates"],
};

const ENVIRONMENTS = environment.options;
const cases = ROLES.flatMap((role) =>
  ENVIRONMENTS.flatMap((held) =>
    ACTIONS.flatMap((action) => ENVIRONMENTS.map((at) => ({ role, held, action, at }))),
  ),
);

describe("what a role allows", () => {
  test.each(cases)("$role of $held, $action in $at", ({ role, held, action, at }) => {
    const expected = held === at && MATRIX[role].includes(action);
    const holder = identityOf("grace", grantsOf([`${role}:${held}`]), "api");
    expect(may(holder, action, at)).toBe(expected);
  });

  test("nobody may do anything without a grant", () => {
    const nobody = identityOf("grace", [], "api");
    expect(ACTIONS.flatMap((action) => ENVIRONMENTS.filter((at) => may(nobody, action, at)))).toEqual([]);
  });

  test("a refusal says who, what, where and which role it takes", () => {
    const grace = identityOf("grace", grantsOf(["approver:prod"]), "api");
    expect(() => requireAccess(grace, "start", "prod")).toThrow(
      expect.objectContaining({
        name: "Forbidden",
        message: "grace may not start in prod: it takes the role operator or admin there",
      }),
    );
  });
});

describe("grants in a token", () => {
  test("what is written is what is read", () => {
    const all = ROLES.flatMap((role) => ENVIRONMENTS.map((held) => ({ role, environment: held })));
    expect(grantsOf(all.map(grantText))).toEqual(all);
  });

  test.each([
    "admin",
    "admin:",
    "admin:*",
    "admin:production",
    "Admin:prod",
    "root:prod",
    " admin:prod",
    "admin:prod\n",
  ])("%j grants nothing", (text) => {
    expect(grantsOf([text])).toEqual([]);
  });
});

test("one person is one principal, however a token spells them", () => {
  expect(identityOf(" Grace ", [], "api").caller.principal).toBe("grace");
});
