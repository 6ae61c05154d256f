import {
  CfnApi,
  CfnApiMapping,
  CfnAuthorizer,
  CfnDomainName,
  CfnIntegration,
  CfnRoute,
} from "aws-cdk-lib/aws-apigatewayv2";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { addStage } from "./http-api/api-stage.ts";
import { retentionOfAtLeast } from "./log-retention.ts";

export interface WebApiProps {
  readonly apiName: string;
  readonly domain?: { readonly name: string; readonly certificateArn: string } | undefined;
  readonly requestsPerSecond: number;
  readonly logRetentionDays: number;
  readonly logKey?: IKey | undefined;
}

/** A way to a function. */
export interface WebRoute {
  /** `GET /openapi.json`, or `$default` for whatever no other takes. */
  readonly key: string;
  readonly lambda: IFunction;
  /** Why it is open without a token; absent where it takes one. */
  readonly openBecause?: string;
}

/** Where people and programs come in: an HTTP API with a token before it, or none where the function asks for itself. */
export class WebApi extends Construct {
  readonly origin: string;
  readonly apiId: string;
  /** Of itself and all its parts. */
  readonly arns: readonly string[];
  /** What a record of the domain has to lead to, where there is one. */
  readonly domainTarget: string | undefined;
  readonly #api: CfnApi;
  readonly #integrations = new Map<IFunction, CfnIntegration>();
  #authorizer: CfnAuthorizer | undefined;

  constructor(scope: Construct, id: string, props: WebApiProps) {
    super(scope, id);
    const { domain } = props;
    this.#api = new CfnApi(this, "Api", {
      name: props.apiName,
      protocolType: "HTTP",
      // With a domain of its own there is one way in.
      disableExecuteApiEndpoint: domain !== undefined,
    });
    this.apiId = this.#api.ref;
    const paths = [`apis/${this.#api.ref}`, ...(domain ? [`domainnames/${domain.name}`] : [])];
    // They have no account in them: an API's name is the region's.
    const arns = paths.map((path) => `arn:aws:apigateway:${Stack.of(this).region}::/${path}`);
    this.arns = arns.flatMap((arn) => [arn, `${arn}/*`]);
    const stage = addStage(this, {
      apiId: this.#api.ref,
      requestsPerSecond: props.requestsPerSecond,
      retention: retentionOfAtLeast(props.logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
      logGroupName: `/aws/apigateway/${props.apiName}`,
      logKey: props.logKey,
    });
    this.origin = domain ? `https://${domain.name}` : this.#api.attrApiEndpoint;
    if (!domain) return;
    const name = new CfnDomainName(this, "Domain", {
      domainName: domain.name,
      domainNameConfigurations: [
        { certificateArn: domain.certificateArn, endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
      ],
    });
    new CfnApiMapping(this, "Mapping", {
      apiId: this.#api.ref,
      domainName: name.ref,
      stage: stage.ref,
    });
    this.domainTarget = name.attrRegionalDomainName;
  }

  /** Who issues the tokens that it asks for, and for whom they have to be. */
  trust({ issuer, clientId }: { readonly issuer: string; readonly clientId: string }): void {
    this.#authorizer = new CfnAuthorizer(this, "Tokens", {
      apiId: this.#api.ref,
      name: "tokens",
      authorizerType: "JWT",
      identitySource: ["$request.header.Authorization"],
      jwtConfiguration: { issuer, audience: [clientId] },
    });
  }

  route({ key, lambda, openBecause }: WebRoute): void {
    // A construct's id may hold no slash and a route's path no space.
    const route = new CfnRoute(this, key.replaceAll("/", " "), {
      apiId: this.#api.ref,
      routeKey: key,
      target: `integrations/${this.#integrationOf(lambda).ref}`,
      ...(openBecause === undefined ? this.#byToken() : { authorizationType: "NONE" }),
    });
    if (openBecause !== undefined) acknowledge(route, { APIG4: openBecause });
  }

  #byToken(): { readonly authorizationType: string; readonly authorizerId: string } {
    if (!this.#authorizer) throw new Error("say whose tokens are trusted before a route takes them");
    return { authorizationType: "JWT", authorizerId: this.#authorizer.ref };
  }

  #integrationOf(lambda: IFunction): CfnIntegration {
    const known = this.#integrations.get(lambda);
    if (known) return known;
    lambda.addPermission("Api", {
      principal: new ServicePrincipal("apigateway.amazonaws.com"),
      sourceArn: Stack.of(this).formatArn({
        service: "execute-api",
        resource: this.#api.ref,
        resourceName: "*",
      }),
    });
    const integration = new CfnIntegration(this, `To${lambda.node.scope?.node.id}`, {
      apiId: this.#api.ref,
      integrationType: "AWS_PROXY",
      integrationUri: lambda.functionArn,
      payloadFormatVersion: "2.0",
    });
    this.#integrations.set(lambda, integration);
    return integration;
  }
}
