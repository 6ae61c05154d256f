import {
  CfnEgressOnlyInternetGateway,
  CfnVPCCidrBlock,
  GatewayVpcEndpoint,
  type ISubnet,
  type IVpc,
  PrivateSubnet,
  type Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Fn } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { GATEWAY_SERVICES } from "./gateway-services.ts";

export interface OutwardSubnetsProps {
  readonly vpc: Vpc;
  readonly availabilityZones: readonly string[];
}

/**
 * Subnets whose functions can call AWS services by IPv6 and can be called by nobody.
 * An egress-only gateway costs nothing; a NAT gateway, or an interface endpoint for each service, would.
 */
export class OutwardSubnets extends Construct {
  readonly subnets: readonly ISubnet[];

  constructor(scope: Construct, id: string, { vpc, availabilityZones }: OutwardSubnetsProps) {
    super(scope, id);
    const { vpcId } = vpc;
    const ipv6 = new CfnVPCCidrBlock(this, "Ipv6", { vpcId, amazonProvidedIpv6CidrBlock: true });
    const gateway = new CfnEgressOnlyInternetGateway(this, "Gateway", { vpcId });
    this.subnets = availabilityZones.map((availabilityZone, index) => {
      const subnet = new PrivateSubnet(this, `Subnet${index + 1}`, {
        vpcId,
        availabilityZone,
        // Far above the isolated subnets, which the network numbers from zero.
        cidrBlock: `10.0.${128 + index}.0/24`,
        ipv6CidrBlock: Fn.select(index, Fn.cidr(Fn.select(0, vpc.vpcIpv6CidrBlocks), 256, "64")),
        assignIpv6AddressOnCreation: true,
      });
      subnet.node.addDependency(ipv6);
      subnet.addIpv6DefaultEgressOnlyInternetRoute(gateway.ref);
      return subnet as ISubnet;
    });
    // Endpoints of their own: adding these route tables to the network's would change what others use.
    for (const [name, service] of Object.entries(GATEWAY_SERVICES))
      new GatewayVpcEndpoint(this, name, {
        vpc: vpc as IVpc,
        service,
        subnets: [{ subnets: [...this.subnets] }],
      });
  }
}
