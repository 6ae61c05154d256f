// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like this.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holdsSecrets, isNotPinned } from "../../../core/policy/pinned.ts";
import type { Json, Template } from "../../../core/template/template.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");

function judge(template: Omit<Template, "Resources"> & { readonly Resources?: Template["Resources"] }) {
  const subject = {
    environment: "dev",
    stack: "shop",
    template: { Resources: {}, ...template },
    parameters: { Given: "{{resolve" },
    now: NOW,
  } as const;
  return { unpinned: isNotPinned(subject), secrets: holdsSecrets(subject) };
}

const holding = (value: Json): Template => ({
  Resources: { Thing: { Type: "AWS::Lambda::Function", Properties: { Deep: [{ Value: value }] } } },
});

const GIVEN = {
  Parameters: {
    Begin: { Type: "String", Default: "{{resolve" },
    Given: { Type: "String" },
  },
  Conditions: { Is: { "Fn::Equals": [{ Ref: "AWS::StackName" }, "shop"] } },
};

const DIGEST = "a".repeat(64);

describe("a dynamic reference", () => {
  test.each<[string, Json]>([
    ["of SSM without a version", "{{resolve:ssm:/shop/key}}"],
    ["of SSM with a label for a version", "{{resolve:ssm:/shop/key:latest}}"],
    ["of SecureString without a version", "{{resolve:ssm-secure:/shop/key}}"],
    ["of a secret", "{{resolve:secretsmanager:shop}}"],
    ["of a member of a secret", "{{resolve:secretsmanager:shop:SecretString:password}}"],
    ["of a secret's stage", "{{resolve:secretsmanager:shop:SecretString:password:AWSCURRENT}}"],
    [
      "of a secret's stage, the version left empty",
      "{{resolve:secretsmanager:shop:SecretString:password:AWSCURRENT:}}",
    ],
    [
      "of a secret by its ARN",
      "{{resolve:secretsmanager:arn:aws:secretsmanager:af-south-1:123456789012:secret:shop-a1b2:SecretString:password}}",
    ],
    ["of a service nobody has heard of", "{{resolve:vault:shop:3}}"],
    ["in the middle of a text", "postgres://app@{{resolve:ssm:/shop/host}}:5432"],
    ["beside one that has a version", "{{resolve:ssm:/a:3}}{{resolve:ssm:/b}}"],
    ["with a variable for its name", { "Fn::Sub": "{{resolve:ssm:${Name}}}" }],
    ["with a variable in the middle of its name", { "Fn::Sub": "{{resolve:ssm:/shop/${Name}/key}}" }],
    ["with a variable for its version", { "Fn::Sub": "{{resolve:ssm:/shop/key:${Version}}}" }],
    ["with variables of its own", { "Fn::Sub": ["{{resolve:ssm:${n}}}", { n: "/shop/key" }] }],
    [
      "put together from its beginning and its end",
      { "Fn::Join": ["", ["{{resolve:ssm:/shop/", { Ref: "Name" }, "}}"]] },
    ],
    ["put together at its colons", { "Fn::Join": [":", ["{{resolve", "ssm", "/shop/key}}"]] }],
    ["put together letter by letter", { "Fn::Join": ["", [..."{{resolve:ssm:/shop/key}}"]] }],
    [
      "put together within what is put together",
      { "Fn::Join": ["", ["{{resolve:", { "Fn::Join": [":", ["ssm", "/shop/key"]] }, "}}"]] },
    ],
    ["taken from a list", { "Fn::Select": [1, ["a", "{{resolve:ssm:/shop/key}}"]] }],
    ["split off a text", { "Fn::Select": [0, { "Fn::Split": ["|", "{{resolve:ssm:/shop/key}}|x"] }] }],
    ["behind a condition", { "Fn::If": ["IsProd", "{{resolve:ssm:/shop/key}}", "x"] }],
    ["that a parameter's default begins", { "Fn::Sub": "${Begin}:ssm:/shop/key}}" }],
    ["that a parameter's value begins", { "Fn::Join": [":", [{ Ref: "Given" }, "ssm", "/shop/key}}"]] }],
    [
      "put together from parts that are selected",
      { "Fn::Join": ["", [{ "Fn::Select": [0, ["{{res", "x"]] }, "olve:ssm:/shop/key}}"]] },
    ],
    [
      "put together from parts that are split",
      { "Fn::Join": ["", { "Fn::Split": ["|", { "Fn::Sub": "{{|resolve:ssm:|${AWS::StackName}}}" }] }] },
    ],
    [
      "put together from a condition's part",
      { "Fn::Join": ["", ["{{res", { "Fn::If": ["Is", "x", "olve:ssm:/shop/key}}"] }]] },
    ],
    ["as the name of a member", { "{{resolve:ssm:/shop/key}}": 1 }],
  ])("%s is refused", (_what, value) => {
    const { unpinned } = judge({ ...holding(value), ...GIVEN });
    expect(unpinned[0]).toMatchObject({ law: 2, severity: "fatal", resource: "Thing" });
  });

  test.each<[string, Omit<Template, "Resources">, string]>([
    ["a mapping", { Mappings: { Keys: { dev: { key: "{{resolve:ssm:/shop/key}}" } } } }, "Keys"],
    [
      "a parameter's default",
      { Parameters: { Key: { Type: "String", Default: "{{resolve:ssm:/k}}" } } },
      "Key",
    ],
    ["an output", { Outputs: { Key: { Value: "{{resolve:ssm:/shop/key}}" } } }, "Key"],
    ["a condition", { Conditions: { Is: { "Fn::Equals": ["{{resolve:ssm:/shop/key}}", "1"] } } }, "Is"],
  ])("in %s is refused", (_where, section, resource) => {
    expect(judge(section).unpinned).toMatchObject([{ law: 2, resource }]);
  });

  test.each<[string, Json]>([
    ["of SSM", "{{resolve:ssm:/shop/key:3}}"],
    ["of SecureString", "{{resolve:ssm-secure:/shop/key:12}}"],
    ["of a secret", "{{resolve:secretsmanager:shop:SecretString:password::a1b2c3d4-0000}}"],
    ["of a secret as a whole", "{{resolve:secretsmanager:shop:SecretString:::a1b2c3d4-0000}}"],
    [
      "of a secret by its ARN",
      "{{resolve:secretsmanager:arn:aws:secretsmanager:af-south-1:123456789012:secret:shop-a1b2:SecretString:::a1b2c3d4}}",
    ],
    ["of a name with a variable in it", { "Fn::Sub": "{{resolve:ssm:/shop/${Name}:3}}" }],
  ])("%s with a version is taken", (_what, value) => {
    expect(judge(holding(value)).unpinned).toEqual([]);
  });
});

describe("a parameter whose value comes from SSM", () => {
  test.each([
    "AWS::SSM::Parameter::Value<String>",
    "AWS::SSM::Parameter::Value<List<String>>",
    "AWS::SSM::Parameter::Value<CommaDelimitedList>",
    "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
    "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>",
  ])("of type %s is refused", (Type) => {
    expect(judge({ Parameters: { P: { Type } } }).unpinned).toMatchObject([{ law: 2, resource: "P" }]);
  });

  test.each(["String", "Number", "AWS::EC2::Image::Id", "AWS::SSM::Parameter::Name", "CommaDelimitedList"])(
    "is not one of type %s",
    (Type) => {
      expect(judge({ Parameters: { P: { Type } } }).unpinned).toEqual([]);
    },
  );
});

describe("what is read from elsewhere when the change is applied", () => {
  test.each<[string, Json]>([
    ["code in a bucket", { Code: { S3Bucket: "b", S3Key: "k.zip" } }],
    ["a layer in a bucket", { Content: { S3Bucket: "b", S3Key: { Ref: "Key" } } }],
    ["code whose version is empty", { Code: { S3Bucket: "b", S3Key: "k", S3ObjectVersion: "" } }],
    [
      "code whose version another resource gives",
      { Code: { S3Bucket: "b", S3Key: "k", S3ObjectVersion: { "Fn::GetAtt": ["Upload", "Version"] } } },
    ],
    [
      "code behind a condition",
      { Code: { "Fn::If": ["Is", { S3Bucket: "b", S3Key: "k" }, { ZipFile: "" }] } },
    ],
    ["an API's body", { BodyS3Location: { Bucket: "b", Key: "k" } }],
    ["a state machine's definition", { DefinitionS3Location: { Bucket: "b", Key: "k" } }],
    ["a nested template", { TemplateURL: "https://b.s3.amazonaws.com/t.json" }],
    ["a nested template of a version", { TemplateURL: "https://b.s3.amazonaws.com/t.json?versionId=1" }],
    ["an included part", { "Fn::Transform": { Name: "AWS::Include", Parameters: { Location: "s3://b/k" } } }],
  ])("%s is refused", (_what, value) => {
    expect(judge(holding(value)).unpinned).toMatchObject([{ law: 2, severity: "fatal", resource: "Thing" }]);
  });

  test.each<[string, Json]>([
    ["one transform", "AWS::Serverless-2016-10-31"],
    ["several transforms", [{ Name: "AWS::Include", Parameters: { Location: "s3://b/k" } }]],
  ])("%s of the whole template is refused", (_what, Transform) => {
    expect(judge({ Transform }).unpinned).toMatchObject([{ law: 2, resource: "Transform" }]);
  });

  test.each<[string, Json]>([
    ["code of a version", { Code: { S3Bucket: "b", S3Key: "k.zip", S3ObjectVersion: "v1" } }],
    [
      "code whose version a parameter gives",
      { Code: { S3Bucket: "b", S3Key: "k.zip", S3ObjectVersion: { Ref: "Version" } } },
    ],
    ["code in the template", { Code: { ZipFile: "exports.handler = () => 1" } }],
    ["a definition of a version", { DefinitionS3Location: { Bucket: "b", Key: "k", Version: "v1" } }],
    ["a bucket that is written to", { Destination: { Bucket: "b", Key: "k" } }],
  ])("%s is taken", (_what, value) => {
    expect(judge(holding(value)).unpinned).toEqual([]);
  });
});

describe("an image", () => {
  const image = (key: string, value: Json) => judge(holding({ [key]: value })).unpinned;

  test.each<[string, Json]>([
    ["by its tag", "nginx:1.27"],
    ["without a tag", "nginx"],
    ["by a digest that is none", "nginx@sha256:abc"],
    ["by a digest with something after it", `nginx@sha256:${DIGEST}:latest`],
    [
      "by its tag in our own registry",
      { "Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/shop:latest" },
    ],
    ["put together from parts", { "Fn::Join": ["", [{ Ref: "Registry" }, "/shop:latest"]] }],
    ["that a parameter names", { Ref: "Image" }],
    ["that another resource names", { "Fn::GetAtt": ["Repository", "RepositoryUri"] }],
    ["that a condition chooses", { "Fn::If": ["IsProd", `nginx@sha256:${DIGEST}`, "nginx:latest"] }],
  ])("%s is refused", (_what, value) => {
    for (const key of ["Image", "ImageUri"])
      expect(image(key, value)[0]).toMatchObject({ law: 2, resource: "Thing" });
  });

  test.each<[string, Json]>([
    ["by its digest", `nginx@sha256:${DIGEST}`],
    ["by its digest in our own registry", { "Fn::Sub": `\${AWS::AccountId}.dkr.ecr/shop@sha256:${DIGEST}` }],
    ["put together up to its digest", { "Fn::Join": ["@", [{ Ref: "Repository" }, `sha256:${DIGEST}`]] }],
    ["that is an object of its own", { Name: "x", Digest: "y" }],
  ])("%s is taken", (_what, value) => {
    expect(image("Image", value)).toEqual([]);
  });
});

test("what says nothing of the kind is pinned", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (properties) => {
      const { Image: _image, ImageUri: _uri, ...rest } = properties;
      expect(judge(holding(rest as Json)).unpinned).toEqual([]);
    }),
  );
});

describe("a credential in the template", () => {
  test.each<[string, Omit<Template, "Resources">, string]>([
    ["a resource", holding({ MasterUserPassword: "correct-horse" }), "Thing"],
    ["a resource's environment", holding({ Variables: { API_KEY: "correct-horse" } }), "Thing"],
    ["a resource's text", holding("psql postgres://app:correct-horse@db/app"), "Thing"],
    ["a string of JSON", holding(JSON.stringify({ password: "correct-horse" })), "Thing"],
    [
      "a resource's metadata",
      { Resources: { Thing: { Type: "X", Metadata: { password: "correct-horse" } } } } as Template,
      "Thing",
    ],
    [
      "a parameter's default",
      { Parameters: { DbPassword: { Type: "String", Default: "correct-horse" } } },
      "DbPassword",
    ],
    ["a mapping", { Mappings: { Keys: { dev: { apiKey: "correct-horse" } } } }, "Keys"],
    ["an output", { Outputs: { Key: { Value: "AKIAIOSFODNN7EXAMPLE" } } }, "Key"],
  ])("in %s is refused", (_where, template, resource) => {
    expect(judge(template).secrets).toMatchObject([{ law: 11, severity: "fatal", resource }]);
  });

  test("is never repeated by its finding", () => {
    const [finding] = judge(holding({ MasterUserPassword: "correct-horse" })).secrets;
    expect(JSON.stringify(finding)).not.toContain("correct-horse");
  });

  test.each<[string, Json]>([
    ["a reference", { MasterUserPassword: { Ref: "Password" } }],
    [
      "a dynamic reference",
      { MasterUserPassword: "{{resolve:secretsmanager:db:SecretString:password::v1}}" },
    ],
    ["a flag", { ManageMasterUserPassword: true }],
    [
      "how a password is to be made",
      { GenerateSecretString: { GenerateStringKey: "password", PasswordLength: 32 } },
    ],
  ])("is not %s", (_what, value) => {
    expect(judge(holding(value)).secrets).toEqual([]);
  });
});
