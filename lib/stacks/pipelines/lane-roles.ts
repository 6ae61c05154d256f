import {
  AccountRootPrincipal,
  Effect,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
  SessionTagsPrincipal,
} from "aws-cdk-lib/aws-iam";
import { Duration, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import { acknowledge, acknowledgeWildcards } from "../../constructs/acknowledge.ts";
import { boundaryStatements } from "./boundary.ts";
import { boundedRoleStatements, buildingStatements } from "./service-role.ts";

export interface LaneRolesProps {
  readonly names: Names;
  readonly isProd: boolean;
  /** Names of the roles that work in the execute lane: of the function, and of workers where they do it. */
  readonly appliers: readonly string[];
  /** ARNs of ours that our names are not in. */
  readonly unnamed: readonly string[];
}

/** What an apply session may do at most; the broker's session policy cuts it down to one stack and change set. */
const APPLYING = [
  "CancelUpdateStack",
  "ContinueUpdateRollback",
  "DeleteStack",
  "DescribeChangeSet",
  "DescribeStackEvents",
  "DescribeStacks",
  "ExecuteChangeSet",
  "GetTemplate",
  "ListStackResources",
  "SetStackPolicy",
].map((action) => `cloudformation:${action}`);

/** The roles beyond the functions' own: what applies, what CloudFormation works with, and what bounds it. */
export class LaneRoles extends Construct {
  readonly apply: Role;
  readonly service: Role;
  readonly boundary: ManagedPolicy;

  constructor(scope: Construct, id: string, { names, isProd, appliers, unnamed }: LaneRolesProps) {
    super(scope, id);
    this.boundary = new ManagedPolicy(this, "Boundary", {
      managedPolicyName: names.boundary,
      description: "What no change of Conductor's can do, whoever approved it",
      statements: boundaryStatements(names, isProd, unnamed),
    });
    this.service = new Role(this, "Service", {
      roleName: names.role("cfn"),
      description: "CloudFormation works with it on stacks that Conductor changes",
      assumedBy: new ServicePrincipal("cloudformation.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      permissionsBoundary: this.boundary,
    });
    acknowledge(this.boundary, {
      "IAM5[Action::*]": "A boundary grants nothing: it takes from what the roles' own policies grant",
      "IAM5[Resource::*]": "A boundary grants nothing: it takes from what the roles' own policies grant",
    });
    this.#letBuild(names);
    // A trust policy that names a role is refused while there is none: IAM looks it up, and this may be made first.
    const broker = new AccountRootPrincipal().withConditions({
      ArnEquals: { "aws:PrincipalArn": appliers.map((name) => names.iamArn(`role/${name}`)) },
    });
    this.apply = new Role(this, "Apply", {
      roleName: names.role("apply"),
      description: "Assumed by the broker for one approved change at a time",
      assumedBy: new SessionTagsPrincipal(broker),
      maxSessionDuration: Duration.hours(1),
    });
    this.apply.assumeRolePolicy?.addStatements(
      new PolicyStatement({
        actions: ["sts:SetSourceIdentity"],
        principals: [broker],
      }),
      // A session without the execution it is for would leave no trace of it in CloudTrail.
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ["sts:AssumeRole"],
        principals: [new AccountRootPrincipal()],
        conditions: { Null: { "sts:SourceIdentity": "true" } },
      }),
    );
    const applyPolicy = new ManagedPolicy(this, "ApplyPolicy", {
      description: "Executes, watches, stops and undoes the change of a stack",
      statements: [
        new PolicyStatement({
          sid: "Apply",
          actions: APPLYING,
          resources: [names.arn("cloudformation", "stack/*"), names.arn("cloudformation", "changeSet/*")],
        }),
        new PolicyStatement({
          sid: "KeepOffConductor",
          effect: Effect.DENY,
          actions: APPLYING,
          resources: [names.arn("cloudformation", "stack/agent-mesh-*")],
        }),
      ],
      roles: [this.apply],
    });
    const oneOnly = "Each session has a policy of its own that names one stack and one change set";
    acknowledgeWildcards(applyPolicy, {
      [names.arn("cloudformation", "stack/*")]: oneOnly,
      [names.arn("cloudformation", "changeSet/*")]: oneOnly,
    });
  }

  /** Two policies, as one would be longer than IAM takes (6,144 characters). */
  #letBuild(names: Names): void {
    const building = new ManagedPolicy(this, "ServicePolicy", {
      description: "Creates, changes and removes what the catalog offers",
      statements: buildingStatements(),
      roles: [this.service],
    });
    acknowledgeWildcards(building, {
      "*": "What a stack's resources will be called is not known before; the boundary denies what they may not be",
    });
    const withRoles = new ManagedPolicy(this, "ServiceRolesPolicy", {
      description: "Makes the roles of a stack's functions, each with the boundary",
      statements: boundedRoleStatements(names),
      roles: [this.service],
    });
    acknowledgeWildcards(withRoles, {
      [names.iamArn("role/*")]: "Roles of stacks get names of CloudFormation's, and all of them the boundary",
      [names.iamArn("role/aws-service-role/*")]: "Services name the roles they make themselves",
      [names.arn("kms", "key/*")]: "Keys of stacks have no names; they are used through services alone",
    });
  }
}
