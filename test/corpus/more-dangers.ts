import type { Case } from "./corpus.ts";
import {
  allow,
  created,
  deleted,
  MANAGED_BY_ITS_ACCOUNT,
  type PlannedResource,
  planOf,
  policy,
  replaced,
  updated,
} from "./plan.ts";
import { CLUSTER, DATABASE, GROUP, LISTENER, ROLE, rule, TASK, TRAIL } from "./resources.ts";

const danger = (name: string, ...resources: readonly PlannedResource[]): Case => ({
  name,
  label: "dangerous",
  format: "terraform plan",
  text: planOf(...resources),
});

const QUEUE_ARN = "arn:aws:sqs:eu-west-1:111111111111:jobs";

/** More ways to do harm, found by thinking of what the first ones had left out. */
export const moreDangers: readonly Case[] = [
  danger(
    "a denial is taken out of a bucket's policy",
    updated(
      "aws_s3_bucket_policy.photos",
      {
        policy: policy(
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: "*",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::111111111111:role/app" },
            Action: "s3:GetObject",
            Resource: "*",
          },
        ),
      },
      {
        policy: policy({
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:role/app" },
          Action: "s3:GetObject",
          Resource: "*",
        }),
      },
    ),
  ),
  danger(
    "what is allowed loses its condition",
    updated(
      "aws_iam_policy.admin",
      {
        policy: policy(
          allow("ec2:RebootInstances", "arn:aws:ec2:*:*:instance/i-1", {
            Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
          }),
        ),
      },
      { policy: policy(allow("ec2:RebootInstances", "arn:aws:ec2:*:*:instance/i-1")) },
    ),
  ),
  danger(
    "another account may read a queue",
    updated(
      "aws_sqs_queue.jobs",
      { arn: QUEUE_ARN, policy: null, sqs_managed_sse_enabled: true },
      {
        policy: policy({
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::999999999999:root" },
          Action: "sqs:*",
          Resource: QUEUE_ARN,
        }),
      },
    ),
  ),
  danger(
    "a private network leads straight to the internet",
    updated(
      "aws_route.private",
      { destination_cidr_block: "0.0.0.0/0", nat_gateway_id: "nat-1", gateway_id: null },
      { nat_gateway_id: null, gateway_id: "igw-1" },
    ),
  ),
  danger(
    "every port is opened",
    updated("aws_security_group.web", GROUP, {
      ingress: [rule({ from_port: 0, to_port: 65_535, cidr_blocks: ["0.0.0.0/0"] })],
    }),
  ),
  danger(
    "a rule comes to mean everybody",
    replaced(
      "aws_security_group_rule.mongo",
      {
        type: "ingress",
        protocol: "tcp",
        from_port: 27_017,
        to_port: 27_017,
        cidr_blocks: ["10.0.0.0/8"],
        security_group_id: "sg-1",
      },
      { cidr_blocks: ["0.0.0.0/0"] },
      "cidr_blocks",
    ),
  ),
  danger(
    "a user gets everything of S3",
    created("aws_iam_user_policy_attachment.s3", {
      user: "ci",
      policy_arn: "arn:aws:iam::aws:policy/AmazonS3FullAccess",
    }),
  ),
  danger(
    "a role holds an inline administrator",
    created("aws_iam_role.ops", {
      ...ROLE,
      inline_policy: [{ name: "all", policy: policy(allow("*", "*")) }],
    }),
  ),
  danger(
    "a role may do everything with machines",
    created("aws_iam_role_policy.ops", { role: "ops", policy: policy(allow("ec2:*", "*")) }),
  ),
  danger(
    "a group may change its own rights",
    created("aws_iam_group_policy.devs", { group: "devs", policy: policy(allow("iam:*", "*")) }),
  ),
  danger(
    "a container's environment holds a key",
    replaced(
      "aws_ecs_task_definition.app",
      TASK,
      {
        container_definitions: JSON.stringify([
          {
            name: "app",
            image: "app:2",
            environment: [
              { name: "AWS_SECRET_ACCESS_KEY", value: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
            ],
          },
        ]),
      },
      "container_definitions",
    ),
  ),
  danger(
    "a key is switched off",
    updated("aws_kms_key.data", { is_enabled: true, enable_key_rotation: true }, { is_enabled: false }),
  ),
  danger(
    "a key is deleted sooner",
    updated(
      "aws_kms_key.data",
      { deletion_window_in_days: 30, enable_key_rotation: true },
      { deletion_window_in_days: 7 },
    ),
  ),
  danger(
    "the log of configurations is switched off",
    updated("aws_config_configuration_recorder_status.main", { is_enabled: true }, { is_enabled: false }),
  ),
  danger(
    "the trail's log goes elsewhere",
    updated("aws_cloudtrail.main", TRAIL, { s3_bucket_name: "somewhere" }),
  ),
  danger("security findings are no longer gathered", deleted("aws_securityhub_account.main", { id: "1" })),
  danger(
    "a group of logs is destroyed",
    deleted("aws_cloudwatch_log_group.audit", { name: "/audit", retention_in_days: 365 }),
  ),
  danger(
    "a distribution speaks plain HTTP",
    updated(
      "aws_cloudfront_distribution.cdn",
      {
        enabled: true,
        default_cache_behavior: [{ viewer_protocol_policy: "redirect-to-https" }],
        web_acl_id: "acl",
      },
      { default_cache_behavior: [{ viewer_protocol_policy: "allow-all" }] },
    ),
  ),
  danger(
    "a distribution loses its firewall",
    updated("aws_cloudfront_distribution.cdn", { enabled: true, web_acl_id: "acl" }, { web_acl_id: "" }),
  ),
  danger(
    "a firewall only counts",
    updated(
      "aws_wafv2_web_acl.main",
      { default_action: [{ allow: [{}] }], rule: [{ name: "sqli", action: [{ block: [{}] }] }] },
      { rule: [{ name: "sqli", action: [{ count: [{}] }] }] },
    ),
  ),
  danger(
    "a second factor is no longer asked for",
    updated("aws_cognito_user_pool.users", { mfa_configuration: "ON" }, { mfa_configuration: "OFF" }),
  ),
  danger(
    "a policy of the organization is taken off",
    deleted("aws_organizations_policy_attachment.deny", { policy_id: "p-1", target_id: "r-1" }),
  ),
  danger(
    "a database no longer demands TLS",
    updated(
      "aws_db_parameter_group.pg",
      { parameter: [{ apply_method: "immediate", name: "rds.force_ssl", value: "1" }] },
      { parameter: [{ apply_method: "immediate", name: "rds.force_ssl", value: "0" }] },
    ),
  ),
  danger(
    "a last snapshot will not be taken",
    updated(
      "aws_rds_cluster.main",
      { ...CLUSTER, skip_final_snapshot: false },
      { skip_final_snapshot: true },
    ),
  ),
  danger(
    "an image is given to everybody",
    created("aws_ami_launch_permission.all", { group: "all", image_id: "ami-1" }),
  ),
  danger(
    "an API no longer asks who calls",
    updated(
      "aws_api_gateway_method.orders",
      { authorization: "AWS_IAM", http_method: "GET" },
      { authorization: "NONE" },
    ),
  ),
  danger(
    "a function may be called by everybody",
    created("aws_lambda_permission.all", {
      action: "lambda:InvokeFunction",
      principal: "*",
      function_name: "api",
    }),
  ),
  danger(
    "a cluster's API is public",
    updated(
      "aws_eks_cluster.main",
      {
        name: "main",
        vpc_config: [{ endpoint_public_access: true, public_access_cidrs: ["203.0.113.0/24"] }],
      },
      { vpc_config: [{ endpoint_public_access: true, public_access_cidrs: ["0.0.0.0/0"] }] },
    ),
  ),
  danger(
    "somebody rules over a cluster",
    created("aws_eks_access_policy_association.admin", {
      cluster_name: "main",
      policy_arn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      principal_arn: "arn:aws:iam::111111111111:user/x",
    }),
  ),
  danger(
    "a vault's lock is taken off",
    deleted("aws_backup_vault_lock_configuration.main", { backup_vault_name: "main" }),
  ),
  danger(
    "a name is taken away",
    deleted("aws_route53_record.www", { name: "www.example.com", type: "A", records: ["192.0.2.1"] }),
  ),
  danger(
    "a bucket may be emptied when it is destroyed",
    updated("aws_s3_bucket.photos", { bucket: "photos", force_destroy: false }, { force_destroy: true }),
  ),
  danger(
    "a whole group of another cloud goes away",
    deleted("azurerm_resource_group.main", { name: "main" }),
  ),
  danger(
    "a volume of Kubernetes goes away",
    deleted("kubernetes_persistent_volume_claim.data", { metadata: [{ name: "data" }] }),
  ),
  danger(
    "a cache with its data is replaced",
    replaced(
      "aws_elasticache_replication_group.sessions",
      { engine: "redis", transit_encryption_enabled: true },
      { transit_encryption_enabled: false },
      "transit_encryption_enabled",
    ),
  ),
  danger("a machine is ended", deleted("aws_instance.legacy", { ami: "ami-1", instance_type: "m5.large" })),
  danger(
    "a machine is made anew elsewhere",
    replaced(
      "aws_instance.legacy",
      { ami: "ami-1", instance_type: "m5.large", availability_zone: "eu-west-1a" },
      { availability_zone: "eu-west-1b" },
      "availability_zone",
    ),
  ),
  danger(
    "a service is scaled to nothing",
    updated("aws_ecs_service.app", { name: "app", desired_count: 6 }, { desired_count: 0 }),
  ),
  danger(
    "a group grows without measure",
    updated("aws_autoscaling_group.web", { name: "web", max_size: 6 }, { max_size: 500 }),
  ),
  danger("a database loses its standby", updated("aws_db_instance.orders", DATABASE, { multi_az: false })),
  danger(
    "a database goes where there is no way back",
    updated("aws_db_instance.orders", DATABASE, { engine_version: "17.2" }),
  ),
  danger(
    "a database is imported and loses its encryption key",
    updated(
      "aws_db_instance.orders",
      { ...DATABASE, kms_key_id: "arn:aws:kms:eu-west-1:1:key/a" },
      { kms_key_id: null },
    ),
  ),
  danger(
    "an image is given to another account",
    created("aws_ami_launch_permission.partner", { image_id: "ami-1", account_id: "222222222222" }),
  ),
  danger(
    "a disk's copy is given to another account",
    created("aws_snapshot_create_volume_permission.partner", {
      snapshot_id: "snap-1",
      account_id: "222222222222",
    }),
  ),
  danger(
    "another account may call a function",
    created("aws_lambda_permission.partner", {
      function_name: "api",
      action: "lambda:InvokeFunction",
      principal: "222222222222",
    }),
  ),
  danger(
    "a network is joined with another account's",
    created("aws_vpc_peering_connection.partner", {
      vpc_id: "vpc-1",
      peer_vpc_id: "vpc-2",
      peer_owner_id: "222222222222",
    }),
  ),
  danger(
    "a document of commands is for everybody",
    updated(
      "aws_ssm_document.setup",
      { name: "setup", permissions: {} },
      {
        permissions: { type: "Share", account_ids: "All" },
      },
    ),
  ),
  danger(
    "another account may do everything with a key",
    updated(
      "aws_kms_key.data",
      {
        policy: policy(MANAGED_BY_ITS_ACCOUNT),
      },
      {
        policy: policy(MANAGED_BY_ITS_ACCOUNT, {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::222222222222:root" },
          Action: "kms:*",
          Resource: "*",
        }),
      },
    ),
  ),
  danger("a user gets a key that never ends", created("aws_iam_access_key.ci", { user: "ci" })),
  danger(
    "a container rules over its machine from the beginning",
    created("aws_ecs_task_definition.agent", {
      family: "agent",
      container_definitions: JSON.stringify([{ name: "agent", image: "agent:1", privileged: true }]),
    }),
  ),
  danger(
    "a listener takes old TLS again",
    updated(
      "aws_lb_listener.https",
      { ...LISTENER, ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      {
        ssl_policy: "ELBSecurityPolicy-TLS-1-1-2017-01",
      },
    ),
  ),
  danger(
    "a search domain no longer demands HTTPS",
    updated(
      "aws_elasticsearch_domain.logs",
      { domain_name: "logs", domain_endpoint_options: [{ enforce_https: true }] },
      { domain_endpoint_options: [{ enforce_https: false }] },
    ),
  ),
  danger(
    "the way out of a network goes away",
    deleted("aws_route.out", {
      route_table_id: "rtb-1",
      destination_cidr_block: "0.0.0.0/0",
      nat_gateway_id: "nat-1",
    }),
  ),
  danger("a network goes away", deleted("aws_vpc.main", { cidr_block: "10.0.0.0/16" })),
  danger(
    "an account of the organization goes away",
    deleted("aws_organizations_account.prod", { name: "prod" }),
  ),
  danger(
    "a network's list lets in everything",
    created("aws_network_acl_rule.all", {
      network_acl_id: "acl-1",
      rule_number: 1,
      egress: false,
      protocol: "-1",
      rule_action: "allow",
      cidr_block: "0.0.0.0/0",
    }),
  ),
];
