import { fullDiff } from "@aws-cdk/cloudformation-diff";
import { describe, expect, test } from "vitest";
import { type Component, synthesize } from "../../../lambdas/forge/synthesize.ts";
import { component, contextOf } from "./plans.ts";

const ROUTES = ["GET /photos", "POST /photos", "DELETE /photos/{id}"];

function photoArchive({ partitionKey = "id", routes = ROUTES, secrets = [] as string[] } = {}): Component[] {
  return [
    component("artifacts_bucket", "photos"),
    component("kv_store", "catalog", { partitionKey }),
    ...secrets.map((name) => component("secret", name)),
    component("http_api", "api", { routes }, ["photos", "catalog", ...secrets]),
  ];
}

/** The types that change, by what becomes of them. */
function changes(before: Component[], after: Component[]): Record<string, string[]> {
  const [old, next] = [before, after].map((plan) => synthesize(plan, contextOf()).template);
  const found: Record<string, string[]> = {};
  fullDiff(old ?? {}, next ?? {}).resources.forEachDifference(
    (_, { changeImpact, newResourceType, oldResourceType }) => {
      found[changeImpact] = [...(found[changeImpact] ?? []), newResourceType ?? oldResourceType ?? ""].sort();
    },
  );
  return found;
}

test("the photo archive has seventeen resources", () => {
  expect(synthesize(photoArchive(), contextOf()).resources).toHaveLength(17);
});

test("an unchanged plan changes nothing", () => {
  expect(changes(photoArchive(), photoArchive())).toEqual({});
});

describe("photo-archive-v2", () => {
  test("another partition key replaces the table alone", () => {
    expect(changes(photoArchive(), photoArchive({ partitionKey: "album" }))).toEqual({
      WILL_REPLACE: ["AWS::DynamoDB::Table"],
    });
  });

  test("a secret adds one resource; the function learns of it and may read it", () => {
    expect(changes(photoArchive(), photoArchive({ secrets: ["signing"] }))).toEqual({
      WILL_CREATE: ["AWS::SecretsManager::Secret"],
      WILL_UPDATE: ["AWS::IAM::Policy", "AWS::Lambda::Function"],
    });
  });

  test("a dropped route removes one resource", () => {
    expect(changes(photoArchive(), photoArchive({ routes: ROUTES.slice(0, 2) }))).toEqual({
      WILL_DESTROY: ["AWS::ApiGatewayV2::Route"],
    });
  });

  test("all three together are one replaced, one added, one removed", () => {
    const routes = ROUTES.slice(0, 2);
    const next = photoArchive({ partitionKey: "album", secrets: ["signing"], routes });
    expect(changes(photoArchive(), next)).toEqual({
      WILL_REPLACE: ["AWS::DynamoDB::Table"],
      WILL_CREATE: ["AWS::SecretsManager::Secret"],
      WILL_DESTROY: ["AWS::ApiGatewayV2::Route"],
      WILL_UPDATE: ["AWS::IAM::Policy", "AWS::Lambda::Function"],
    });
  });

  test("the table's name changes where it is used, which modifies and never replaces", () => {
    const found = changes(photoArchive(), photoArchive({ partitionKey: "album" }));
    expect(found["MAY_REPLACE"]).toBeUndefined();
  });
});
