import { arn, hex, type Kind, letters, nameOf, property, type Subject } from "./kind.ts";

const prefixed = (prefix: string) => (subject: Subject) => `${prefix}-${hex(subject, 17)}`;

const LOAD_BALANCER = "elasticloadbalancing";

function shortName(subject: Subject): string {
  return nameOf(subject, "Name", 32);
}

export const NETWORK: Readonly<Record<string, Kind>> = {
  "AWS::EC2::VPC": {
    id: prefixed("vpc"),
    attributes: (subject, id) => ({
      VpcId: id,
      CidrBlock: property(subject, "CidrBlock") ?? "10.0.0.0/16",
      DefaultSecurityGroup: `sg-${hex(subject, 17, "default")}`,
      DefaultNetworkAcl: `acl-${hex(subject, 17, "default")}`,
      CidrBlockAssociations: [`vpc-cidr-assoc-${hex(subject, 17, "cidr")}`],
      Ipv6CidrBlocks: [],
    }),
    seconds: { create: 14 },
  },
  "AWS::EC2::Subnet": {
    id: prefixed("subnet"),
    attributes: (subject, id) => ({
      SubnetId: id,
      VpcId: property(subject, "VpcId") ?? "",
      CidrBlock: property(subject, "CidrBlock") ?? "",
      AvailabilityZone: property(subject, "AvailabilityZone") ?? `${subject.region}a`,
    }),
    seconds: { create: 6 },
  },
  "AWS::EC2::SecurityGroup": {
    id: prefixed("sg"),
    attributes: (subject, id) => ({ GroupId: id, Id: id, VpcId: property(subject, "VpcId") ?? "" }),
    seconds: { create: 8, update: 6 },
  },
  "AWS::EC2::SecurityGroupIngress": { id: prefixed("sgr"), seconds: { create: 3 }, untagged: true },
  "AWS::EC2::SecurityGroupEgress": { id: prefixed("sgr"), seconds: { create: 3 }, untagged: true },
  "AWS::EC2::RouteTable": {
    id: prefixed("rtb"),
    attributes: (_subject, id) => ({ RouteTableId: id }),
    seconds: { create: 12 },
  },
  "AWS::EC2::Route": { seconds: { create: 3 }, untagged: true },
  "AWS::EC2::SubnetRouteTableAssociation": {
    id: prefixed("rtbassoc"),
    attributes: (_subject, id) => ({ Id: id }),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::EC2::InternetGateway": { id: prefixed("igw"), seconds: { create: 17 } },
  "AWS::EC2::VPCGatewayAttachment": { seconds: { create: 4 }, untagged: true },
  "AWS::EC2::EIP": {
    id: (subject) =>
      `13.244.${Number.parseInt(hex(subject, 2, "c"), 16)}.${Number.parseInt(hex(subject, 2, "d"), 16)}`,
    attributes: (subject) => ({ AllocationId: `eipalloc-${hex(subject, 17)}` }),
    seconds: { create: 15 },
  },
  "AWS::EC2::NatGateway": { id: prefixed("nat"), seconds: { create: 110, delete: 60 } },
  "AWS::EC2::VPCEndpoint": {
    id: prefixed("vpce"),
    attributes: (subject, id) => ({
      Id: id,
      DnsEntries: [`Z${letters(subject, 20).toUpperCase()}:${id}.${subject.region}.vpce.amazonaws.com`],
      NetworkInterfaceIds: [`eni-${hex(subject, 17, "eni")}`],
    }),
    seconds: { create: 18, delete: 30 },
    untagged: true,
  },
  "AWS::EC2::Instance": {
    id: prefixed("i"),
    attributes: (subject, id) => ({
      InstanceId: id,
      PrivateIp: `10.0.0.${4 + (Number.parseInt(hex(subject, 2), 16) % 240)}`,
      AvailabilityZone: property(subject, "AvailabilityZone") ?? `${subject.region}a`,
    }),
    seconds: { create: 45, update: 30, delete: 60 },
  },
  "AWS::ElasticLoadBalancingV2::LoadBalancer": {
    name: "Name",
    unique: "account",
    id: (subject) =>
      arn(subject, LOAD_BALANCER, `loadbalancer/app/${shortName(subject)}/${hex(subject, 16)}`),
    attributes: (subject, id) => ({
      LoadBalancerArn: id,
      DNSName: `${shortName(subject)}-${letters(subject, 9, "dns", "0123456789")}.${subject.region}.elb.amazonaws.com`,
      CanonicalHostedZoneID: "Z268VQBMOI5EKX",
      LoadBalancerName: shortName(subject),
      LoadBalancerFullName: id.slice(id.indexOf("app/")),
    }),
    seconds: { create: 150, update: 15, delete: 20 },
  },
  "AWS::ElasticLoadBalancingV2::TargetGroup": {
    name: "Name",
    unique: "account",
    id: (subject) => arn(subject, LOAD_BALANCER, `targetgroup/${shortName(subject)}/${hex(subject, 16)}`),
    attributes: (subject, id) => ({
      TargetGroupArn: id,
      TargetGroupName: shortName(subject),
      TargetGroupFullName: id.slice(id.indexOf("targetgroup/")),
    }),
    seconds: { create: 10 },
  },
  "AWS::ElasticLoadBalancingV2::Listener": {
    id: (subject) =>
      arn(subject, LOAD_BALANCER, `listener/app/${hex(subject, 16, "lb")}/${hex(subject, 16)}`),
    attributes: (_subject, id) => ({ ListenerArn: id }),
    seconds: { create: 3 },
  },
  "AWS::CloudFront::Distribution": {
    id: (subject) => `E${letters(subject, 13).toUpperCase()}`,
    attributes: (subject, id) => ({
      Id: id,
      DomainName: `d${letters(subject, 13, "domain")}.cloudfront.net`,
    }),
    seconds: { create: 240, update: 200, delete: 300 },
  },
  "AWS::Route53::HostedZone": {
    id: (subject) => `Z${letters(subject, 20).toUpperCase()}`,
    attributes: (_subject, id) => ({ Id: id }),
    seconds: { create: 35 },
  },
  "AWS::Route53::RecordSet": {
    id: (subject) => property(subject, "Name") ?? letters(subject, 12),
    seconds: { create: 35, update: 35, delete: 35 },
    untagged: true,
  },
  "AWS::CertificateManager::Certificate": {
    id: (subject) => arn(subject, "acm", `certificate/${hex(subject, 8)}-${hex(subject, 4, "b")}`),
    seconds: { create: 120 },
  },
};
