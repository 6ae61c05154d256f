import type { Json } from "../template/template.ts";
import { flagOf } from "./subject.ts";

/** A property by which a resource opens itself to everybody. */
export interface Switch {
  readonly types: RegExp;
  readonly path: string;
  /** What it must come to for the resource to be open. */
  readonly open: (value: Json | undefined) => boolean;
  readonly why: string;
  /** When it is so from the beginning, and when it becomes so. */
  readonly added: number;
  readonly turned: number;
}

const isOn = (value: Json | undefined) => flagOf(value) === true;
const isText =
  (...texts: readonly string[]) =>
  (value: Json | undefined) =>
    typeof value === "string" && texts.includes(value);

export const SWITCHES: readonly Switch[] = [
  {
    types: /^AWS::ElasticLoadBalancing(V2)?::LoadBalancer$/,
    path: "Scheme",
    open: isText("internet-facing"),
    why: "it would face the internet",
    added: 8,
    turned: 45,
  },
  {
    types: /^AWS::(DMS::ReplicationInstance|AmazonMQ::Broker|MSK::Cluster|SageMaker::NotebookInstance)$/,
    path: "PubliclyAccessible",
    open: isOn,
    why: "it would have a public address",
    added: 50,
    turned: 50,
  },
  {
    types: /^AWS::S3::(Bucket|BucketAcl)$/,
    path: "AccessControl",
    open: isText(
      "public-read",
      "public-read-write",
      "authenticated-read",
      "PublicRead",
      "PublicReadWrite",
      "AuthenticatedRead",
    ),
    why: "everybody could read it",
    added: 55,
    turned: 55,
  },
  {
    types: /^AWS::EKS::Cluster$/,
    path: "ResourcesVpcConfig.EndpointPublicAccess",
    open: isOn,
    why: "its API would be public",
    added: 8,
    turned: 45,
  },
  {
    types: /^AWS::EKS::Cluster$/,
    path: "ResourcesVpcConfig.PublicAccessCidrs",
    open: (value) => Array.isArray(value) && (value as readonly Json[]).includes("0.0.0.0/0"),
    why: "everybody could reach its API",
    added: 8,
    turned: 45,
  },
  {
    types: /^AWS::EC2::Subnet$/,
    path: "MapPublicIpOnLaunch",
    open: isOn,
    why: "machines in it would get public addresses",
    added: 3,
    turned: 30,
  },
  {
    types: /^AWS::Lambda::Url$/,
    path: "AuthType",
    open: isText("NONE"),
    why: "anybody may call this function",
    added: 45,
    turned: 50,
  },
  {
    types: /^AWS::ApiGateway(V2::Route|::Method)$/,
    path: "AuthorizationType",
    open: (value) => value === undefined || value === "NONE",
    why: "anybody may call it",
    added: 15,
    turned: 50,
  },
  {
    types: /^AWS::EC2::(ImagePermission|SnapshotPermission)$/,
    path: "Group",
    open: isText("all"),
    why: "everybody could use a copy of it",
    added: 55,
    turned: 55,
  },
  {
    types: /^AWS::(EC2::Instance|AutoScaling::LaunchConfiguration)$/,
    path: "AssociatePublicIpAddress",
    open: isOn,
    why: "it would have a public address",
    added: 8,
    turned: 45,
  },
  {
    types: /^AWS::EC2::NetworkAclEntry$/,
    path: "CidrBlock",
    open: isText("0.0.0.0/0"),
    why: "everybody could reach the network, or be reached from it",
    added: 15,
    turned: 30,
  },
  {
    types: /^AWS::EC2::Route$/,
    path: "GatewayId",
    open: (value) => typeof value === "string" && value.startsWith("igw-"),
    why: "a network would lead straight to the internet",
    added: 8,
    turned: 45,
  },
  {
    types: /^AWS::RDS::DBSnapshot$/,
    path: "SharedAccounts",
    open: (value) => Array.isArray(value) && (value as readonly Json[]).includes("all"),
    why: "everybody could copy it",
    added: 55,
    turned: 55,
  },
  {
    types: /^AWS::EC2::VPCEndpointService$/,
    path: "AllowedPrincipals",
    open: (value) => Array.isArray(value) && (value as readonly Json[]).includes("*"),
    why: "everybody could connect to it",
    added: 45,
    turned: 45,
  },
  {
    types: /^AWS::RAM::ResourceShare$/,
    path: "AllowExternalPrincipals",
    open: isOn,
    why: "it could be shared with others",
    added: 24,
    turned: 45,
  },
  {
    types: /^AWS::SageMaker::NotebookInstance$/,
    path: "DirectInternetAccess",
    open: isText("Enabled"),
    why: "it would reach the internet by itself",
    added: 15,
    turned: 45,
  },
  {
    types: /^google_sql_database_instance$/,
    path: "Settings.IpConfiguration.AuthorizedNetworks.Value",
    open: isText("0.0.0.0/0"),
    why: "everybody would reach the database",
    added: 60,
    turned: 60,
  },
  {
    types: /^google_.*_iam_(member|binding|policy)$/,
    path: "Member",
    open: isText("allUsers", "allAuthenticatedUsers"),
    why: "everybody would be let in",
    added: 55,
    turned: 55,
  },
  {
    types: /^google_.*_iam_binding$/,
    path: "Members",
    open: (value) =>
      Array.isArray(value) && (value as readonly Json[]).some(isText("allUsers", "allAuthenticatedUsers")),
    why: "everybody would be let in",
    added: 55,
    turned: 55,
  },
  {
    types:
      /^azurerm_(storage_account|.*sql_server|.*database.*|key_vault|cosmosdb_account|container_registry)$/,
    path: "PublicNetworkAccessEnabled",
    open: isOn,
    why: "its network would be open",
    added: 15,
    turned: 45,
  },
  {
    types: /^azurerm_storage_(account|container)$/,
    path: "AllowNestedItemsToBePublic",
    open: isOn,
    why: "what it keeps could be made public",
    added: 20,
    turned: 45,
  },
  {
    types: /^azurerm_storage_container$/,
    path: "ContainerAccessType",
    open: isText("blob", "container"),
    why: "everybody could read it",
    added: 55,
    turned: 55,
  },
  {
    types: /^azurerm_(postgresql|mysql|mssql).*firewall_rule$/,
    path: "StartIpAddress",
    open: isText("0.0.0.0"),
    why: "the database would be open beyond its network",
    added: 45,
    turned: 45,
  },
];
