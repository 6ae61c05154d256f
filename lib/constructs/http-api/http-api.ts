import { CfnApi, CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { Grant, type IGrantable, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction, Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { Lazy, Names, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { retentionOfAtLeast } from "../log-retention.ts";
import { ApiFunction, type ApiFunctionProps } from "./api-function.ts";
import { addStage } from "./api-stage.ts";

export interface HttpApiProps extends ApiFunctionProps {
  /** A method and a path each, for example `GET /photos/{id}`. */
  readonly routes?: readonly string[];
  /** `none` opens the API to everybody. */
  readonly authorization?: "iam" | "none";
  readonly requestsPerSecond?: number;
}

/** Something a function can be wired to. */
export interface Reachable {
  /** What the function must know to find it, by the last part of an environment variable's name. */
  readonly coordinates: Readonly<Record<string, string>>;
  grantTo(client: IFunction): void;
}

/**
 * An HTTP API in front of one function.
 * It is made of single resources and not of CDK's HttpApi, which hangs the integration and the permission on
 * the route that happened to come first: dropping a route must take away that route and touch nothing else.
 */
export class HttpApi extends Construct {
  readonly function: Lambda;
  readonly url: string;
  readonly #api: CfnApi;
  readonly #uses: string[] = [];

  constructor(scope: Construct, id: string, props: HttpApiProps = {}) {
    super(scope, id);
    this.function = new ApiFunction(this, "Function", props).lambda;
    this.function.addEnvironment("SERVICE_NAME", id);
    this.function.addEnvironment("SERVICE_USES", Lazy.string({ produce: () => this.#uses.join(",") }));
    this.#api = new CfnApi(this, "Api", {
      name: Names.uniqueResourceName(this, { maxLength: 128, separator: "-" }),
      protocolType: "HTTP",
      // By IPv6 too, for callers whose network has no way out by IPv4.
      ipAddressType: "dualstack",
    });
    this.url = this.#api.attrApiEndpoint;
    this.#addStage(props);
    this.#addRoutes(props);
  }

  /** Wires the function to something under a name: it learns where it is and may use it. */
  use(name: string, target: Reachable): void {
    const prefix = name.toUpperCase().replaceAll("-", "_");
    for (const [suffix, value] of Object.entries(target.coordinates))
      this.function.addEnvironment(`${prefix}_${suffix}`, value);
    target.grantTo(this.function);
    this.#uses.push(name);
  }

  /** Lets the grantee call every route. */
  grantInvoke(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ["execute-api:Invoke"],
      resourceArns: [this.#invocations("$default/*")],
    });
  }

  #addStage(props: HttpApiProps): void {
    addStage(this, {
      apiId: this.#api.ref,
      requestsPerSecond: props.requestsPerSecond ?? 50,
      retention: retentionOfAtLeast(props.logRetentionDays ?? 30),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
  }

  #addRoutes({ routes = ["GET /"], authorization = "iam" }: HttpApiProps): void {
    this.function.addPermission("Api", {
      principal: new ServicePrincipal("apigateway.amazonaws.com"),
      sourceArn: this.#invocations("*"),
    });
    const integration = new CfnIntegration(this, "Integration", {
      apiId: this.#api.ref,
      integrationType: "AWS_PROXY",
      integrationUri: this.function.functionArn,
      payloadFormatVersion: "2.0",
    });
    for (const routeKey of new Set(routes)) {
      new CfnRoute(this, routeId(routeKey), {
        apiId: this.#api.ref,
        routeKey,
        authorizationType: authorization === "iam" ? "AWS_IAM" : "NONE",
        target: `integrations/${integration.ref}`,
      });
    }
  }

  #invocations(which: string): string {
    return Stack.of(this).formatArn({
      service: "execute-api",
      resource: this.#api.ref,
      resourceName: which,
    });
  }
}

/** A construct's id may hold no slash and a route's path no space: the one for the other keeps ids distinct. */
function routeId(routeKey: string): string {
  return routeKey.replaceAll("/", " ");
}
