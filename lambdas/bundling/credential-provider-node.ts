/**
 * What the bundles of Lambda functions have in place of @aws-sdk/credential-provider-node: a function's credentials are
 * in its environment, and the SDK's chain of profiles, single sign-on and processes would be a sixth of its bundle.
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
