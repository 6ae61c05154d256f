import { Match, type Template } from "aws-cdk-lib/assertions";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { HttpApi, type HttpApiProps } from "../../../../lib/constructs/http-api/http-api.ts";
import { allowedBy, somebody, statementsOf, synthesized } from "../synthesized.ts";

const FUNCTION = "AWS::Lambda::Function";

function api(props?: HttpApiProps): Template {
  return synthesized((stack) => new HttpApi(stack, "api", props));
}

function routeIds(...routes: string[]): string[] {
  return Object.keys(api({ routes }).findResources("AWS::ApiGatewayV2::Route")).sort();
}

test("an API told nothing lets in callers signed by IAM only", () => {
  const template = api();
  template.resourceCountIs("AWS::ApiGatewayV2::Route", 1);
  template.allResourcesProperties("AWS::ApiGatewayV2::Route", {
    RouteKey: "GET /",
    AuthorizationType: "AWS_IAM",
  });
});

test("an API is open to everybody only when it was asked to be", () => {
  api({ authorization: "none" }).allResourcesProperties("AWS::ApiGatewayV2::Route", {
    AuthorizationType: "NONE",
  });
});

test("every request is logged, and no more are let in than was asked", () => {
  const template = api({ requestsPerSecond: 7, logRetentionDays: 90 });
  template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
    StageName: "$default",
    AutoDeploy: true,
    AccessLogSettings: { DestinationArn: {}, Format: Match.stringLikeRegexp("requestId") },
    DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 7 },
  });
  template.resourceCountIs("AWS::Logs::LogGroup", 2);
  template.allResources("AWS::Logs::LogGroup", {
    DeletionPolicy: "Retain",
    Properties: Match.objectLike({ RetentionInDays: 90 }),
  });
});

test("the function is small, traced, and logs as JSON to its own group", () => {
  api({ memoryMb: 128, timeoutSeconds: 3 }).hasResourceProperties(FUNCTION, {
    Architectures: ["arm64"],
    Runtime: "nodejs24.x",
    MemorySize: 128,
    Timeout: 3,
    TracingConfig: { Mode: "Active" },
    LoggingConfig: { LogFormat: "JSON", LogGroup: {} },
    VpcConfig: Match.absent(),
  });
});

test("the function's code fits the 4096 characters CloudFormation takes inline", () => {
  const [lambda] = Object.values(api().findResources(FUNCTION));
  expect(lambda?.["Properties"].Code.ZipFile.length).toBeLessThan(4096);
});

test("a function that reaches nothing may write its log and its trace and no more", () => {
  expect(allowedBy(api())).toEqual([
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ]);
});

test("only this API may call the function", () => {
  const template = api();
  const [apiId] = Object.keys(template.findResources("AWS::ApiGatewayV2::Api"));
  template.hasResourceProperties("AWS::Lambda::Permission", {
    Principal: "apigateway.amazonaws.com",
    SourceArn: {
      "Fn::Join": ["", ["arn:aws:execute-api:af-south-1:111122223333:", { Ref: apiId }, "/*"]],
    },
  });
});

test("routes that look alike are told apart", () => {
  expect(new Set(routeIds("GET /a-b", "GET /a/b", "GET /{a}/b", "GET /a//b", "POST /a/b"))).toHaveLength(5);
});

test("a route named twice is one route", () => {
  expect(routeIds("GET /a", "GET /a")).toHaveLength(1);
});

test("a dropped route takes itself away and touches nothing else", () => {
  const before = api({ routes: ["DELETE /a", "GET /a", "POST /a"] }).toJSON()["Resources"];
  const after = api({ routes: ["GET /a", "POST /a"] }).toJSON()["Resources"];
  const [dropped] = routeIds("DELETE /a");
  const { [dropped ?? ""]: _, ...rest } = before;
  expect(after).toEqual(rest);
});

test("logs that may go, go with the API", () => {
  api({ removalPolicy: RemovalPolicy.DESTROY }).allResources("AWS::Logs::LogGroup", {
    DeletionPolicy: "Delete",
  });
});

test("what the function uses it knows by name and has been granted", () => {
  const template = synthesized((stack) => {
    const granted: string[] = [];
    new HttpApi(stack, "api").use("old-photos", {
      coordinates: { BUCKET_NAME: "a-bucket" },
      grantTo: (client) => granted.push(client.node.path),
    });
    expect(granted).toEqual(["test/api/Function/Function"]);
  });
  template.hasResourceProperties(FUNCTION, {
    Environment: {
      Variables: { OLD_PHOTOS_BUCKET_NAME: "a-bucket", SERVICE_NAME: "api", SERVICE_USES: "old-photos" },
    },
  });
});

test("two APIs may call each other, and may do nothing more to each other", () => {
  const template = synthesized((stack) => {
    const [one, other] = [new HttpApi(stack, "one"), new HttpApi(stack, "other")];
    one.use("other", { coordinates: { URL: other.url }, grantTo: (client) => other.grantInvoke(client) });
    other.use("one", { coordinates: { URL: one.url }, grantTo: (client) => one.grantInvoke(client) });
  });
  const invoking = statementsOf(template).filter(({ Action }) => Action === "execute-api:Invoke");
  expect(invoking).toHaveLength(2);
});

test("whoever may invoke an API may call its routes and no more", () => {
  const template = synthesized((stack) => new HttpApi(stack, "api").grantInvoke(somebody(stack)));
  expect(allowedBy(template)).toContain("execute-api:Invoke");
  expect(JSON.stringify(statementsOf(template))).toContain("/$default/*");
});
