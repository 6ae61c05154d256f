import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ForgeError } from "../../../lambdas/forge/errors.ts";
import { synthesize } from "../../../lambdas/forge/synthesize.ts";
import { CIRCUMSTANCES, component, contextOf, everyBlock, resourcesOf } from "./plans.ts";

function errorOf(work: () => unknown): ForgeError {
  try {
    work();
  } catch (error) {
    if (error instanceof ForgeError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe.each(CIRCUMSTANCES)("$environment, retain $retain, own key $customerManagedKey", (circumstances) => {
  const { template, text } = synthesize(everyBlock(circumstances), contextOf(circumstances));

  test("a template is all there is: no parameters, assets, rules or custom resources", () => {
    expect(Object.keys(template).sort()).toEqual(["Outputs", "Resources"]);
    expect(text.match(/AssetParameters|cdk-hnb659fds|CDKMetadata|Custom::|aws:cdk:path/)).toBeNull();
  });

  test("nothing in a template is looked up when it is applied", () => {
    expect(text).not.toContain("{{resolve:");
  });

  test("the text is the template in canonical form", () => {
    expect(JSON.parse(text)).toEqual(template);
    expect(text).toBe(canonicalize(JSON.parse(text)));
  });

  test("the same plan gives the same bytes", () => {
    expect(synthesize(everyBlock(circumstances), contextOf(circumstances)).text).toBe(text);
  });
});

test("the text is in ASCII whatever the plan says, and says the same", () => {
  const description = "Schlüssel für 写真 😀";
  const { template, text } = synthesize([component("secret", "token", { description })], contextOf());
  expect(text).toMatch(/^[ -~]+$/);
  expect(JSON.parse(text)).toEqual(template);
  expect(JSON.stringify(template)).toContain(description);
});

test("every resource says which component it belongs to, shared ones belong to none", () => {
  const synthesis = synthesize(everyBlock({ customerManagedKey: true }), contextOf());
  expect(synthesis.resources.map(({ logicalId }) => logicalId).sort()).toEqual(
    Object.keys(resourcesOf(synthesis)).sort(),
  );
  const shared = synthesis.resources.filter(({ component }) => component === undefined);
  expect(new Set(shared.map(({ type }) => type))).toContain("AWS::KMS::Key");
  const table = synthesis.resources.find(({ type }) => type === "AWS::DynamoDB::Table");
  expect(table?.component).toBe("catalog");
});

test("what a stack shares, its blocks share: one key, one log bucket, one network", () => {
  const resources = Object.values(
    resourcesOf(synthesize(everyBlock({ customerManagedKey: true }), contextOf())),
  );
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  expect(ofType("AWS::KMS::Key")).toHaveLength(1);
  expect(ofType("AWS::EC2::VPC")).toHaveLength(1);
  expect(ofType("AWS::S3::Bucket")).toHaveLength(2);
});

test("a stack shares nothing that none of its blocks needs", () => {
  const { resources } = synthesize([component("kv_store", "catalog")], contextOf());
  expect(resources).toHaveLength(1);
});

test("a region's zones can be given where its first two are not called a and b", () => {
  const availabilityZones = ["ap-northeast-1a", "ap-northeast-1c"];
  const context = contextOf({ region: "ap-northeast-1", availabilityZones });
  const { text } = synthesize([component("database", "records")], context);
  expect(text).toContain("ap-northeast-1c");
  expect(text).not.toContain("ap-northeast-1b");
});

test("context in the environment of the process changes nothing", () => {
  const { text } = synthesize(everyBlock(), contextOf());
  vi.stubEnv("CDK_CONTEXT_JSON", JSON.stringify({ "@aws-cdk/aws-iam:minimizePolicies": false }));
  expect(synthesize(everyBlock(), contextOf()).text).toBe(text);
  vi.unstubAllEnvs();
});

describe("a template CloudFormation would not take", () => {
  test("is refused when it has too many resources", () => {
    const tables = Array.from({ length: 501 }, (_, index) => component("kv_store", `table-${index}`));
    const error = errorOf(() => synthesize(tables, contextOf()));
    expect(error.name).toBe("TemplateTooLarge");
    expect(error.message).toMatch(/501 resources.*takes 500.*several stacks/);
  });

  test("is taken while it has just enough", () => {
    const tables = Array.from({ length: 500 }, (_, index) => component("kv_store", `table-${index}`));
    expect(synthesize(tables, contextOf()).resources).toHaveLength(500);
  });

  test("is refused when its text is too long", () => {
    const tables = Array.from({ length: 120 }, (_, index) => component("kv_store", `table-${index}`));
    const tags = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`tag-${n}`, "x".repeat(256)]));
    const said = [vi.spyOn(console, "error"), vi.spyOn(process.stderr, "write")];
    const error = errorOf(() => synthesize(tables, contextOf({ tags })));
    // CDK warns of it too, and would do so on the terminal.
    for (const channel of said) expect(channel).not.toHaveBeenCalled();
    expect(error.name).toBe("TemplateTooLarge");
    expect(error.message).toMatch(/bytes.*takes 1048576.*several stacks/);
  });
});

describe("a plan that could not be built as approved is refused:", () => {
  const reference = "{{resolve:ssm-secure:/prod/password}}";

  test("a dynamic reference in a parameter", () => {
    const plan = [component("secret", "signing", { description: reference })];
    const error = errorOf(() => synthesize(plan, contextOf()));
    expect(error).toMatchObject({
      name: "DynamicReference",
      message: expect.stringContaining('"signing"'),
    });
  });

  test("a dynamic reference in a tag", () => {
    const error = errorOf(() => synthesize([], contextOf({ tags: { Owner: reference } })));
    expect(error.name).toBe("DynamicReference");
  });

  test("one of CDK's own tokens in a parameter", () => {
    const plan = [
      component("secret", "signing", { description: ["$", "{Token[AWS.AccountId.0]}"].join("") }),
    ];
    expect(errorOf(() => synthesize(plan, contextOf())).name).toBe("DynamicReference");
  });

  test("two components of one name", () => {
    const plan = [component("kv_store", "photos"), component("secret", "photos")];
    expect(errorOf(() => synthesize(plan, contextOf())).name).toBe("DuplicateComponent");
  });

  test.each(["", "Photos", "a/b", "ünder", "x".repeat(32)])("a component named %j", (name) => {
    const error = errorOf(() => synthesize([component("kv_store", name)], contextOf()));
    expect(error).toMatchObject({
      name: "InvalidComponentName",
      message: expect.stringContaining("lower-case"),
    });
  });

  test("a use of a component that is not there", () => {
    const plan = [component("http_api", "api", {}, ["photos"])];
    expect(errorOf(() => synthesize(plan, contextOf()))).toMatchObject({
      name: "UnknownComponent",
      message: expect.stringContaining('"photos"'),
    });
  });

  test("a use by a block that has no function", () => {
    const plan = [component("kv_store", "catalog", {}, ["photos"]), component("secret", "photos")];
    expect(errorOf(() => synthesize(plan, contextOf())).name).toBe("NotAFunction");
  });
});

describe("the temporary folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "conductor-test-"));
    vi.stubEnv("TMPDIR", folder);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is empty after a synthesis", () => {
    synthesize(everyBlock(), contextOf());
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is empty after a refusal", () => {
    const tables = Array.from({ length: 501 }, (_, index) => component("kv_store", `table-${index}`));
    errorOf(() => synthesize(tables, contextOf()));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is empty after an error nobody foresaw", () => {
    const unparsed = { ...component("http_api", "api"), parameters: { routes: 5 } };
    expect(() => synthesize([unparsed], contextOf())).toThrow(TypeError);
    expect(readdirSync(folder)).toEqual([]);
  });
});
