import { GatewayVpcEndpointAwsService } from "aws-cdk-lib/aws-ec2";

/** The services a route table can lead to without leaving AWS, at no cost. */
export const GATEWAY_SERVICES = {
  S3: GatewayVpcEndpointAwsService.S3,
  DynamoDb: GatewayVpcEndpointAwsService.DYNAMODB,
} as const;
