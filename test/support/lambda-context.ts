/** What Lambda hands to a function beside its event. */
export const lambdaContext = (functionName: string) => ({
  functionName,
  functionVersion: "$LATEST",
  memoryLimitInMB: "512",
  invokedFunctionArn: `arn:aws:lambda:af-south-1:536580886816:function:${functionName}`,
  awsRequestId: "5f1c7a0e-0000-4000-8000-000000000001",
  getRemainingTimeInMillis: () => 30_000,
});
