/** Types that AWS does not charge for, by the reason. What they lead to is charged where it arises. */
const FREE: Readonly<Record<string, readonly string[]>> = {
  "who may do what is free": [
    ...under(
      "AWS::IAM",
      "AccessKey Group GroupPolicy InstanceProfile ManagedPolicy OIDCProvider Policy Role RolePolicy",
    ),
    ...under(
      "AWS::IAM",
      "SAMLProvider ServerCertificate ServiceLinkedRole User UserPolicy UserToGroupAddition",
    ),
    ...under("AWS::SSO", "Assignment Instance PermissionSet"),
    ...under("AWS::Organizations", "Account Organization OrganizationalUnit Policy ResourcePolicy"),
    ...under("AWS::RAM", "Permission ResourceShare"),
    ...under("AWS::S3", "AccessPoint BucketPolicy"),
    ...under("AWS::SNS", "TopicInlinePolicy TopicPolicy"),
    ...under("AWS::SQS", "QueueInlinePolicy QueuePolicy"),
    ...under("AWS::KMS", "Alias"),
    ...under("AWS::Lambda", "LayerVersionPermission Permission"),
    ...under("AWS::Events", "EventBusPolicy"),
    ...under("AWS::SecretsManager", "ResourcePolicy SecretTargetAttachment"),
    ...under("AWS::Logs", "ResourcePolicy"),
    ...under("AWS::ECR", "RegistryPolicy RegistryScanningConfiguration ReplicationConfiguration"),
    ...under("AWS::IAM", "VirtualMFADevice"),
    ...under("AWS::AccessAnalyzer", "ArchiveRule"),
    ...under(
      "AWS::LakeFormation",
      "DataLakeSettings Permissions PrincipalPermissions Resource Tag TagAssociation",
    ),
    ...under("AWS::XRay", "Group ResourcePolicy SamplingRule"),
    ...under("AWS::Backup", "BackupVaultAccessPolicy"),
    ...under("AWS::CloudTrail", "ResourcePolicy"),
    ...under("AWS::Kinesis", "ResourcePolicy"),
    ...under("AWS::S3Express", "BucketPolicy"),
    ...under("AWS::EKS", "AccessEntry PodIdentityAssociation"),
  ],
  "a network is free, what passes through it is charged where it is metered": [
    ...under(
      "AWS::EC2",
      "CustomerGateway DHCPOptions EgressOnlyInternetGateway EIPAssociation GatewayRouteTableAssociation",
    ),
    ...under(
      "AWS::EC2",
      "InternetGateway NetworkAcl NetworkAclEntry NetworkInterface NetworkInterfaceAttachment",
    ),
    ...under(
      "AWS::EC2",
      "PrefixList Route RouteTable SecurityGroup SecurityGroupEgress SecurityGroupIngress Subnet",
    ),
    ...under(
      "AWS::EC2",
      "SecurityGroupVpcAssociation SubnetCidrBlock SubnetNetworkAclAssociation VPC VPCCidrBlock",
    ),
    ...under(
      "AWS::EC2",
      "SubnetRouteTableAssociation VPCDHCPOptionsAssociation VPCGatewayAttachment VPNGateway",
    ),
    ...under(
      "AWS::EC2",
      "VPCPeeringConnection VPNConnectionRoute VPNGatewayRoutePropagation VPCEndpointService",
    ),
    ...under(
      "AWS::EC2",
      "VPCEndpointConnectionNotification VPCEndpointServicePermissions ClientVpnRoute TransitGateway",
    ),
    ...under("AWS::EC2", "ClientVpnAuthorizationRule TransitGatewayRoute TransitGatewayRouteTable"),
    ...under("AWS::EC2", "TransitGatewayRouteTableAssociation TransitGatewayRouteTablePropagation"),
    ...under("AWS::Route53", "DNSSEC KeySigningKey RecordSet RecordSetGroup"),
    ...under("AWS::Route53", "CidrCollection DelegationSet"),
    ...under(
      "AWS::Route53Resolver",
      "ResolverConfig ResolverDNSSECConfig ResolverQueryLoggingConfig ResolverQueryLoggingConfigAssociation",
    ),
    ...under("AWS::Route53Resolver", "ResolverRule ResolverRuleAssociation"),
    ...under(
      "AWS::EC2",
      "CarrierGateway InstanceConnectEndpoint LocalGatewayRoute NetworkInterfacePermission SubnetCidrReservation",
    ),
    ...under(
      "AWS::EC2",
      "SnapshotBlockPublicAccess VPCBlockPublicAccessExclusion VPCBlockPublicAccessOptions",
    ),
    ...under("AWS::ServiceDiscovery", "HttpNamespace Service"),
  ],
  "part of a resource that is paid for itself": [
    ...under("AWS::EC2", "KeyPair LaunchTemplate PlacementGroup VolumeAttachment"),
    ...under("AWS::AutoScaling", "LaunchConfiguration LifecycleHook ScheduledAction"),
    ...under("AWS::ApplicationAutoScaling", "ScalableTarget"),
    ...under("AWS::ElasticLoadBalancingV2", "Listener ListenerCertificate ListenerRule TargetGroup"),
    ...under(
      "AWS::ECS",
      "CapacityProvider ClusterCapacityProviderAssociations PrimaryTaskSet TaskDefinition",
    ),
    ...under("AWS::ECR", "PullThroughCacheRule RepositoryCreationTemplate"),
    ...under("AWS::EKS", "Addon IdentityProviderConfig"),
    ...under("AWS::EFS", "AccessPoint MountTarget"),
    ...under("AWS::RDS", "DBClusterParameterGroup DBParameterGroup DBProxyTargetGroup DBSecurityGroup"),
    ...under("AWS::RDS", "DBSecurityGroupIngress DBSubnetGroup EventSubscription OptionGroup"),
    ...under("AWS::DMS", "Endpoint ReplicationSubnetGroup"),
    ...under("AWS::DocDB", "DBClusterParameterGroup DBSubnetGroup"),
    ...under("AWS::Neptune", "DBClusterParameterGroup DBParameterGroup DBSubnetGroup"),
    ...under("AWS::Redshift", "ClusterParameterGroup ClusterSubnetGroup"),
    ...under(
      "AWS::ElastiCache",
      "ParameterGroup SecurityGroup SecurityGroupIngress SubnetGroup User UserGroup",
    ),
    ...under("AWS::Lambda", "CodeSigningConfig EventInvokeConfig LayerVersion Url"),
    ...under(
      "AWS::ApiGateway",
      "Account ApiKey Authorizer BasePathMapping ClientCertificate Deployment DocumentationPart",
    ),
    ...under(
      "AWS::ApiGateway",
      "DocumentationVersion DomainName GatewayResponse Method Model RequestValidator Resource",
    ),
    ...under("AWS::ApiGateway", "UsagePlan UsagePlanKey VpcLink"),
    ...under(
      "AWS::ApiGatewayV2",
      "ApiGatewayManagedOverrides ApiMapping Authorizer Deployment DomainName Integration",
    ),
    ...under("AWS::ApiGatewayV2", "IntegrationResponse Model Route RouteResponse Stage VpcLink"),
    ...under(
      "AWS::CloudFront",
      "CachePolicy CloudFrontOriginAccessIdentity Function KeyGroup OriginAccessControl",
    ),
    ...under("AWS::CloudFront", "OriginRequestPolicy PublicKey ResponseHeadersPolicy"),
    ...under(
      "AWS::Cognito",
      "IdentityPool IdentityPoolPrincipalTag IdentityPoolRoleAttachment LogDeliveryConfiguration",
    ),
    ...under(
      "AWS::Cognito",
      "ManagedLoginBranding UserPoolDomain UserPoolGroup UserPoolRiskConfigurationAttachment",
    ),
    ...under(
      "AWS::Cognito",
      "UserPoolIdentityProvider UserPoolResourceServer UserPoolUICustomizationAttachment",
    ),
    ...under("AWS::Cognito", "UserPoolUser UserPoolUserToGroupAttachment"),
    ...under("AWS::StepFunctions", "Activity StateMachineAlias StateMachineVersion"),
    ...under("AWS::Events", "Connection"),
    ...under("AWS::Scheduler", "ScheduleGroup"),
    ...under("AWS::SecretsManager", "RotationSchedule"),
    ...under("AWS::Logs", "Destination LogStream QueryDefinition SubscriptionFilter"),
    ...under("AWS::Backup", "BackupPlan BackupSelection"),
    ...under("AWS::Athena", "DataCatalog NamedQuery PreparedStatement"),
    ...under("AWS::Config", "AggregationAuthorization ConfigurationAggregator DeliveryChannel"),
    ...under("AWS::WAFv2", "IPSet LoggingConfiguration RegexPatternSet WebACLAssociation"),
    ...under("AWS::SES", "ConfigurationSet ConfigurationSetEventDestination ContactList Template"),
    ...under(
      "AWS::SSM",
      "Association Document MaintenanceWindow MaintenanceWindowTarget MaintenanceWindowTask",
    ),
    ...under("AWS::SSM", "PatchBaseline ResourceDataSync"),
    ...under("AWS::Synthetics", "Group"),
    ...under("AWS::Batch", "JobDefinition JobQueue SchedulingPolicy"),
    ...under("AWS::SES", "ReceiptFilter ReceiptRule ReceiptRuleSet"),
    ...under("AWS::RDS", "DBClusterEndpoint"),
    ...under("AWS::DAX", "ParameterGroup SubnetGroup"),
    ...under("AWS::MemoryDB", "ACL ParameterGroup SubnetGroup User"),
    ...under("AWS::MSK", "ClusterPolicy Configuration"),
    ...under("AWS::AmazonMQ", "Configuration ConfigurationAssociation"),
    ...under(
      "AWS::Glue",
      "Classifier Connection DataCatalogEncryptionSettings SecurityConfiguration Trigger Workflow",
    ),
  ],
  "a setting of a resource that is paid for itself, kept apart from it by Terraform": [
    ...under(
      "AWS::ApiGateway",
      "Integration IntegrationResponse MethodResponse MethodSettings RestApiPolicy",
    ),
    ...under("AWS::ApplicationAutoScaling", "ScheduledAction"),
    ...under("AWS::AutoScaling", "Attachment"),
    ...under("AWS::Backup", "BackupVaultLock"),
    ...under("AWS::CertificateManager", "CertificateValidation"),
    ...under("AWS::CodeBuild", "Webhook"),
    ...under("AWS::CodePipeline", "Webhook"),
    ...under("AWS::Config", "ConfigurationRecorderStatus"),
    ...under("AWS::DynamoDB", "ResourcePolicy TableItem"),
    ...under(
      "AWS::EC2",
      "EncryptionByDefault ImagePermission InstanceMetadataDefaults MainRouteTableAssociation",
    ),
    ...under("AWS::EC2", "SnapshotPermission Tag VPCEndpointPolicy VPCEndpointRouteTable VPCPeeringAccepter"),
    ...under("AWS::ECR", "LifecyclePolicy RepositoryPolicy"),
    ...under("AWS::EFS", "BackupPolicy FileSystemPolicy"),
    ...under("AWS::EKS", "AccessPolicyAssociation"),
    ...under("AWS::ElasticLoadBalancing", "Attachment Policy"),
    ...under("AWS::ElasticLoadBalancingV2", "TargetGroupAttachment"),
    ...under("AWS::Elasticsearch", "DomainPolicy"),
    ...under("AWS::OpenSearchService", "DomainPolicy"),
    ...under("AWS::Events", "Target"),
    ...under("AWS::Glue", "ResourcePolicy"),
    ...under(
      "AWS::IAM",
      "AccountAlias AccountPasswordPolicy ExclusivePolicies LoginProfile PolicyAttachment SshKey",
    ),
    ...under("AWS::KMS", "Grant KeyPolicy"),
    ...under("AWS::Organizations", "DelegatedAdministrator PolicyAttachment"),
    ...under("AWS::RAM", "PrincipalAssociation ResourceAssociation"),
    ...under("AWS::RDS", "DBProxyTarget RoleAssociation"),
    ...under("AWS::Route53", "ZoneAssociation"),
    ...under("AWS::S3", "AccountPublicAccessBlock BucketAcl BucketCors BucketEncryption BucketLifecycle"),
    ...under(
      "AWS::S3",
      "BucketLogging BucketNotification BucketObjectLock BucketOwnershipControls BucketPayment",
    ),
    ...under("AWS::S3", "BucketPublicAccessBlock BucketVersioning BucketWebsite"),
    ...under("AWS::SES", "DomainSetting"),
    ...under("AWS::SQS", "QueueRedrive"),
    ...under("AWS::SSO", "PermissionSetPolicy"),
    ...under("AWS::SecretsManager", "SecretVersion"),
    ...under("AWS::Transfer", "SshKey User"),
  ],
  "an entry of a catalogue that keeps its first million for nothing": [
    ...under("AWS::Glue", "Database Partition Registry Schema SchemaVersion SchemaVersionMetadata Table"),
  ],
  "a tool of AWS that is free": [
    ...under("AWS::CDK", "Metadata"),
    ...under("AWS::CloudFormation", "Macro WaitCondition WaitConditionHandle"),
    ...under("AWS::CodeDeploy", "Application DeploymentConfig DeploymentGroup"),
    ...under("AWS::CodeConnections", "Connection"),
    ...under("AWS::CodeStarConnections", "Connection"),
    ...under("AWS::CodeStarNotifications", "NotificationRule"),
    ...under("AWS::Chatbot", "MicrosoftTeamsChannelConfiguration SlackChannelConfiguration"),
    ...under("AWS::Budgets", "Budget"),
    ...under("AWS::CE", "AnomalyMonitor AnomalySubscription CostCategory"),
    ...under("AWS::ResourceGroups", "Group"),
    ...under("AWS::ServiceCatalogAppRegistry", "Application AttributeGroup ResourceAssociation"),
  ],
  "a helper of the CDK that makes nothing that is paid for": [
    ...under(
      "Custom",
      "AWSCDKOpenIdConnectProvider CDKBucketDeployment CDKECRDeployment CloudwatchLogResourcePolicy",
    ),
    ...under(
      "Custom",
      "CrossRegionExportReader CrossRegionExportWriter CustomBucketNotifications DescribeCognitoUserPoolClient",
    ),
    ...under(
      "Custom",
      "ECRAutoDeleteImages LogRetention S3AutoDeleteObjects S3BucketNotifications VpcRestrictDefaultSG",
    ),
  ],
};

function under(prefix: string, names: string): string[] {
  return names.split(" ").map((name) => `${prefix}::${name}`);
}

const REASONS = new Map(
  Object.entries(FREE).flatMap(([why, types]) => types.map((type) => [type, why] as const)),
);

export const FREE_TYPES: readonly string[] = [...REASONS.keys()];

/** A name drawn by lot, a moment, a file on the machine that plans: nothing that a provider runs. */
const STATE_ONLY = /^(null|random|time|local|template|archive|external|http|tls|cloudinit|terraform)_/;

/** Why a type costs nothing, or undefined where it may cost something. */
export function whyFree(type: string): string | undefined {
  return STATE_ONLY.test(type) ? "it exists in Terraform's state alone" : REASONS.get(type);
}

/** True for what only a Terraform state holds. */
export function isStateOnly(type: string): boolean {
  return STATE_ONLY.test(type);
}
