import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  UserPoolClient,
} from "aws-cdk-lib/aws-cognito";
import { Duration, type RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

export interface PeoplePoolProps {
  readonly poolName: string;
  /** Before `.auth.<region>.amazoncognito.com`. */
  readonly pagesPrefix: string;
  readonly groups: readonly string[];
  /** Where the console answers: `https://…`. */
  readonly origin: string;
  readonly retain: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/** Whom the workspace knows: invited by an administrator, with a second factor always, in groups that are roles. */
export class PeoplePool extends Construct {
  readonly issuer: string;
  readonly clientId: string;
  readonly poolId: string;
  /** Its sign-in pages. */
  readonly pages: string;

  constructor(scope: Construct, id: string, props: PeoplePoolProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    const pool = this.#pool(props);
    for (const groupName of props.groups)
      new CfnUserPoolGroup(this, `Group_${groupName}`, { userPoolId: pool.userPoolId, groupName });
    const domain = pool.addDomain("Pages", {
      cognitoDomain: { domainPrefix: props.pagesPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    const client = this.#client(pool, props.origin);
    const look = new CfnManagedLoginBranding(this, "Look", {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    look.node.addDependency(domain);
    this.poolId = pool.userPoolId;
    this.clientId = client.userPoolClientId;
    this.issuer = `https://cognito-idp.${region}.amazonaws.com/${pool.userPoolId}`;
    this.pages = `https://${props.pagesPrefix}.auth.${region}.amazoncognito.com`;
  }

  #pool({ poolName, retain, removalPolicy }: PeoplePoolProps): UserPool {
    const pool = new UserPool(this, "Pool", {
      userPoolName: poolName,
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // Managed login, which asks again when it is told to, comes with this plan.
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: retain,
      removalPolicy,
    });
    acknowledge(pool, {
      COG3: "Threat protection is a plan of $0.02 a person and month: everybody here was invited and has a second factor",
      COG8: "As with threat protection, which is all that the Plus plan adds",
    });
    return pool;
  }

  /** A public client: the console shows who asked for a code (PKCE), and keeps no secret. */
  #client(userPool: UserPool, origin: string): UserPoolClient {
    return new UserPoolClient(this, "Console", {
      userPool,
      generateSecret: false,
      // For scripts, with credentials of the account besides the person's own (docs/aws.md).
      authFlows: { adminUserPassword: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [`${origin}/sign-in/back`],
        logoutUrls: [`${origin}/sign-in`],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
    });
  }
}
