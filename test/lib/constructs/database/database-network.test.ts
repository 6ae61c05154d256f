import { Match } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { DatabaseNetwork } from "../../../../lib/constructs/database/database-network.ts";
import { HttpApi } from "../../../../lib/constructs/http-api/http-api.ts";
import { allowedBy, statementsOf, synthesized } from "../synthesized.ts";

const SUBNET = "AWS::EC2::Subnet";
const ZONES = { availabilityZones: ["af-south-1a", "af-south-1b"] };

const alone = synthesized((stack) => new DatabaseNetwork(stack, "Network", ZONES));
const withFunction = synthesized((stack) => {
  const network = new DatabaseNetwork(stack, "Network", ZONES).forFunctions();
  new HttpApi(stack, "api", { network });
});
const withOutwardFunction = synthesized((stack) => {
  const network = new DatabaseNetwork(stack, "Network", ZONES).forOutwardFunctions();
  new HttpApi(stack, "api", { network });
});

test("the network has a subnet in each zone it was told and no way in or out", () => {
  alone.resourceCountIs(SUBNET, 2);
  for (const AvailabilityZone of ZONES.availabilityZones)
    alone.hasResourceProperties(SUBNET, { AvailabilityZone, MapPublicIpOnLaunch: false });
  for (const type of ["InternetGateway", "EgressOnlyInternetGateway", "NatGateway", "Route"])
    alone.resourceCountIs(`AWS::EC2::${type}`, 0);
});

test("S3 and DynamoDB are reached without leaving AWS, at no cost", () => {
  alone.resourceCountIs("AWS::EC2::VPCEndpoint", 2);
  alone.allResourcesProperties("AWS::EC2::VPCEndpoint", { VpcEndpointType: "Gateway" });
});

test("all traffic is logged", () => {
  alone.hasResourceProperties("AWS::EC2::FlowLog", { ResourceType: "VPC", TrafficType: "ALL" });
  alone.resourceCountIs("AWS::Logs::LogGroup", 1);
});

test("a network is made of plain resources, no function of CDK's among them", () => {
  for (const template of [alone, withOutwardFunction])
    expect(Object.keys(template.findResources("Custom::VpcRestrictDefaultSG"))).toHaveLength(0);
  alone.resourceCountIs("AWS::Lambda::Function", 0);
});

test("a function inside reaches nothing on the internet", () => {
  withFunction.resourceCountIs(SUBNET, 2);
  withFunction.hasResourceProperties("AWS::Lambda::Function", {
    VpcConfig: { Ipv6AllowedForDualStack: false },
  });
  withFunction.hasResourceProperties("AWS::EC2::SecurityGroup", {
    SecurityGroupEgress: [{ CidrIp: "0.0.0.0/0", IpProtocol: "tcp", FromPort: 443, ToPort: 443 }],
  });
});

test("a function that calls other services goes out by IPv6 and is not called", () => {
  withOutwardFunction.resourceCountIs(SUBNET, 4);
  withOutwardFunction.hasResourceProperties("AWS::Lambda::Function", {
    VpcConfig: { Ipv6AllowedForDualStack: true },
    Environment: {
      Variables: Match.objectLike({ AWS_ENDPOINT_URL_SQS: "https://sqs.af-south-1.api.aws" }),
    },
  });
  withOutwardFunction.resourceCountIs("AWS::EC2::Route", 2);
  withOutwardFunction.allResourcesProperties("AWS::EC2::Route", {
    DestinationIpv6CidrBlock: "::/0",
    EgressOnlyInternetGatewayId: {},
  });
});

test("the way out leaves the isolated subnets as they were", () => {
  const before = alone.toJSON()["Resources"];
  const after = withOutwardFunction.toJSON()["Resources"];
  for (const id of Object.keys(before)) expect(after[id]).toEqual(before[id]);
});

test("Lambda may manage the function's network interfaces, its code may not", () => {
  expect(allowedBy(withFunction)).toContain("ec2:CreateNetworkInterface");
  const [denied] = statementsOf(withFunction).filter(({ Effect }) => Effect === "Deny");
  expect(denied).toMatchObject({
    Action: expect.arrayContaining(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]),
    Condition: {
      ArnLike: { "lambda:SourceFunctionArn": "arn:aws:lambda:af-south-1:111122223333:function:*" },
    },
  });
});
