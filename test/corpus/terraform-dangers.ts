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
  stays,
  trust,
  updated,
} from "./plan.ts";
import { BUCKET, CLUSTER, DATABASE, GROUP, LISTENER, ROLE, rule, TABLE, TASK, TRAIL } from "./resources.ts";

const danger = (name: string, ...resources: readonly PlannedResource[]): Case => ({
  name,
  label: "dangerous",
  format: "terraform plan",
  text: planOf(...resources),
});

const open = (port: number, to = port) => rule({ from_port: port, to_port: to, cidr_blocks: ["0.0.0.0/0"] });

export const terraformDangers: readonly Case[] = [
  danger("a database is destroyed", deleted("aws_db_instance.orders", DATABASE)),
  danger(
    "a database is destroyed with a last snapshot",
    deleted("aws_db_instance.orders", { ...DATABASE, skip_final_snapshot: false }),
  ),
  danger(
    "a database is replaced for its name",
    replaced("aws_db_instance.orders", DATABASE, { identifier: "orders-2" }, "identifier"),
  ),
  danger("a cluster of databases is destroyed", deleted("module.data.aws_rds_cluster.main", CLUSTER)),
  danger(
    "a table is replaced for its key",
    replaced("aws_dynamodb_table.carts", TABLE, { hash_key: "id" }, "hash_key"),
  ),
  danger("a bucket is destroyed", deleted("aws_s3_bucket.photos", BUCKET)),
  danger(
    "a file system goes among much that is harmless",
    deleted("aws_efs_file_system.shared", { encrypted: true, id: "fs-1" }),
    updated("aws_lambda_function.a", { memory_size: 128, tags: {} }, { memory_size: 256 }),
    updated("aws_ecs_service.b", { desired_count: 2 }, { desired_count: 3 }),
  ),
  danger("a key is scheduled for deletion", deleted("aws_kms_key.data", { enable_key_rotation: true })),
  danger(
    "a search domain is replaced",
    replaced("aws_opensearch_domain.logs", { domain_name: "logs" }, { domain_name: "l" }, "domain_name"),
  ),
  danger("a pool of users is destroyed", deleted("aws_cognito_user_pool.users", { name: "users" })),
  danger(
    "a cluster of Kubernetes is replaced",
    replaced("aws_eks_cluster.main", { name: "main" }, { name: "core" }, "name"),
  ),
  danger("SSH is opened to the world", updated("aws_security_group.web", GROUP, { ingress: [open(22)] })),
  danger(
    "everything is opened to the world",
    created("aws_security_group_rule.all", {
      type: "ingress",
      protocol: "-1",
      from_port: 0,
      to_port: 0,
      cidr_blocks: ["0.0.0.0/0"],
      security_group_id: "sg-1",
    }),
  ),
  danger(
    "a database's port is opened over IPv6",
    created("aws_vpc_security_group_ingress_rule.db", {
      ip_protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
      cidr_ipv6: "::/0",
      cidr_ipv4: null,
      security_group_id: "sg-1",
    }),
  ),
  danger(
    "the world is let in by two halves",
    updated("aws_security_group.web", GROUP, {
      ingress: [rule({ from_port: 3389, to_port: 3389, cidr_blocks: ["0.0.0.0/1", "128.0.0.0/1"] })],
    }),
  ),
  danger(
    "a database gets a public address",
    updated("aws_db_instance.orders", DATABASE, { publicly_accessible: true }),
  ),
  danger(
    "public access to a bucket is no longer blocked",
    updated(
      "aws_s3_bucket_public_access_block.photos",
      {
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      },
      { block_public_acls: false, block_public_policy: false },
    ),
  ),
  danger(
    "a bucket's policy lets everybody read",
    created("aws_s3_bucket_policy.photos", {
      bucket: "photos",
      policy: policy({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::photos/*",
      }),
    }),
  ),
  danger(
    "a bucket becomes readable by its list",
    created("aws_s3_bucket_acl.photos", { bucket: "photos", acl: "public-read" }),
  ),
  danger(
    "a load balancer faces the internet",
    replaced(
      "aws_lb.inner",
      { internal: true, load_balancer_type: "application" },
      { internal: false },
      "internal",
    ),
  ),
  danger(
    "a queue lets everybody send",
    updated(
      "aws_sqs_queue_policy.jobs",
      {
        policy: policy({
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:root" },
          Action: "sqs:SendMessage",
          Resource: "*",
        }),
      },
      { policy: policy({ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" }) },
    ),
  ),
  danger(
    "a function can be called by anybody",
    created("aws_lambda_function_url.api", { function_name: "api", authorization_type: "NONE" }),
  ),
  danger(
    "a key's policy lets everybody in",
    updated(
      "aws_kms_key.data",
      {
        policy: policy(MANAGED_BY_ITS_ACCOUNT),
      },
      { policy: policy({ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }) },
    ),
  ),
  danger(
    "a role gets administrator rights",
    created("aws_iam_role_policy_attachment.admin", {
      role: "app",
      policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
  ),
  danger(
    "a policy comes to allow everything",
    updated(
      "aws_iam_policy.app",
      { policy: policy(allow("s3:GetObject", "arn:aws:s3:::photos/*")) },
      { policy: policy(allow("*", "*")) },
    ),
  ),
  danger(
    "a role may pass any role to code it creates",
    updated(
      "aws_iam_role_policy.ci",
      { policy: policy(allow(["lambda:CreateFunction"], "*")) },
      { policy: policy(allow(["lambda:CreateFunction", "lambda:InvokeFunction", "iam:PassRole"], "*")) },
    ),
  ),
  danger(
    "a user may give itself keys of others",
    created("aws_iam_user_policy.support", {
      user: "support",
      policy: policy(allow(["iam:CreateAccessKey"], "arn:aws:iam::111111111111:user/*")),
    }),
  ),
  danger(
    "a role may rewrite policies",
    created("aws_iam_role_policy.deploy", {
      role: "deploy",
      policy: policy(allow(["iam:CreatePolicyVersion"], "*")),
    }),
  ),
  danger(
    "a role may read every secret",
    updated(
      "aws_iam_policy.reader",
      {
        policy: policy(
          allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:1:secret:app-*"),
        ),
      },
      { policy: policy(allow("secretsmanager:GetSecretValue", "*")) },
    ),
  ),
  danger(
    "all but a little is allowed",
    created("aws_iam_policy.broad", {
      policy: policy({ Effect: "Allow", NotAction: ["iam:DeleteUser"], Resource: "*" }),
    }),
  ),
  danger(
    "a role trusts another account",
    updated("aws_iam_role.app", ROLE, {
      assume_role_policy: trust({ Service: "ec2.amazonaws.com", AWS: "arn:aws:iam::999999999999:root" }),
    }),
  ),
  danger(
    "a role trusts everybody",
    created("aws_iam_role.open", { ...ROLE, assume_role_policy: trust("*") }),
  ),
  danger(
    "a role trusts every repository",
    created("aws_iam_role.ci", {
      ...ROLE,
      assume_role_policy: policy({
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: {
          Federated: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
        },
        Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
      }),
    }),
  ),
  danger(
    "a permission boundary is taken off",
    updated(
      "aws_iam_role.app",
      { ...ROLE, permissions_boundary: "arn:aws:iam::111111111111:policy/boundary" },
      { permissions_boundary: null },
    ),
  ),
  danger("the trail is switched off", updated("aws_cloudtrail.main", TRAIL, { enable_logging: false })),
  danger("the trail is destroyed", deleted("aws_cloudtrail.main", TRAIL)),
  danger("flow logs are destroyed", deleted("aws_flow_log.vpc", { traffic_type: "ALL" })),
  danger(
    "the watch for intruders is switched off",
    updated("aws_guardduty_detector.main", { enable: true }, { enable: false }),
  ),
  danger(
    "backups of a database are switched off",
    updated("aws_db_instance.orders", DATABASE, { backup_retention_period: 0 }),
  ),
  danger(
    "backups are kept for a day",
    updated("aws_rds_cluster.main", CLUSTER, { backup_retention_period: 1 }),
  ),
  danger(
    "deletion protection is taken off",
    updated("aws_db_instance.orders", DATABASE, { deletion_protection: false }),
  ),
  danger(
    "recovery to a point in time is switched off",
    updated("aws_dynamodb_table.carts", TABLE, { point_in_time_recovery: [{ enabled: false }] }),
  ),
  danger(
    "a bucket's versions are suspended",
    updated(
      "aws_s3_bucket_versioning.photos",
      { versioning_configuration: [{ status: "Enabled" }] },
      { versioning_configuration: [{ status: "Suspended" }] },
    ),
  ),
  danger(
    "a bucket's objects come to expire",
    created("aws_s3_bucket_lifecycle_configuration.photos", {
      bucket: "photos",
      rule: [{ id: "purge", status: "Enabled", expiration: [{ days: 30 }] }],
    }),
  ),
  danger(
    "logs are kept for a week instead of a year",
    updated(
      "aws_cloudwatch_log_group.audit",
      { retention_in_days: 365, name: "/audit" },
      { retention_in_days: 7 },
    ),
  ),
  danger("a plan of backups is destroyed", deleted("aws_backup_plan.daily", { name: "daily" })),
  danger(
    "a key is no longer rotated",
    updated("aws_kms_key.data", { enable_key_rotation: true }, { enable_key_rotation: false }),
  ),
  danger(
    "a volume is made anew without encryption",
    replaced(
      "aws_ebs_volume.data",
      { encrypted: true, size: 100, type: "gp3" },
      { encrypted: false },
      "encrypted",
    ),
  ),
  danger(
    "a queue is no longer encrypted",
    updated(
      "aws_sqs_queue.jobs",
      { kms_master_key_id: "alias/jobs", sqs_managed_sse_enabled: false },
      { kms_master_key_id: null },
    ),
  ),
  danger(
    "the firewall before an API is taken away",
    deleted("aws_wafv2_web_acl_association.api", { resource_arn: "a", web_acl_arn: "b" }),
  ),
  danger(
    "a listener speaks plain HTTP",
    updated("aws_lb_listener.web", LISTENER, {
      protocol: "HTTP",
      certificate_arn: null,
      ssl_policy: null,
      port: 80,
    }),
  ),
  danger(
    "a name leads elsewhere",
    updated(
      "aws_route53_record.www",
      { name: "www.example.com", type: "A", ttl: 300, records: ["192.0.2.10"] },
      { records: ["198.51.100.7"] },
    ),
  ),
  danger("a zone is destroyed", deleted("aws_route53_zone.main", { name: "example.com" })),
  danger(
    "a distribution fetches from elsewhere",
    updated(
      "aws_cloudfront_distribution.cdn",
      { enabled: true, origin: [{ domain_name: "a.s3.amazonaws.com", origin_id: "o" }] },
      { origin: [{ domain_name: "b.s3.amazonaws.com", origin_id: "o" }] },
    ),
  ),
  danger(
    "a listener shows another certificate",
    updated("aws_lb_listener.web", LISTENER, {
      certificate_arn: "arn:aws:acm:eu-west-1:1:certificate/other",
    }),
  ),
  danger(
    "a machine's metadata need no token any more",
    updated(
      "aws_instance.web",
      { ami: "ami-1", instance_type: "t3.micro", metadata_options: [{ http_tokens: "required" }] },
      { metadata_options: [{ http_tokens: "optional" }] },
    ),
  ),
  danger(
    "a container rules over its machine",
    replaced(
      "aws_ecs_task_definition.app",
      TASK,
      {
        container_definitions: JSON.stringify([{ name: "app", image: "app:2", privileged: true }]),
      },
      "container_definitions",
    ),
  ),
  danger(
    "a password stands in a function's environment",
    updated(
      "aws_lambda_function.api",
      { function_name: "api", environment: [{ variables: { STAGE: "prod" } }] },
      { environment: [{ variables: { STAGE: "prod", DB_PASSWORD: "hunter2-Horse-Staple" } }] },
    ),
  ),
  danger(
    "nearly everything is destroyed",
    ...Array.from({ length: 12 }, (_, index) =>
      deleted(`aws_lambda_function.f${index}`, { function_name: `f${index}` }),
    ),
    deleted("aws_sqs_queue.jobs", { name: "jobs" }),
    stays("aws_sns_topic.left", { name: "left" }),
  ),
  danger(
    "a database of another cloud is destroyed",
    deleted("google_sql_database_instance.main", { name: "main" }),
  ),
  danger(
    "a firewall of another cloud opens RDP",
    created("azurerm_network_security_rule.rdp", {
      direction: "Inbound",
      access: "Allow",
      protocol: "Tcp",
      source_address_prefix: "*",
      destination_port_range: "3389",
    }),
  ),
  danger(
    "somebody owns a project of another cloud",
    created("google_project_iam_member.owner", {
      project: "p",
      role: "roles/owner",
      member: "user:somebody@example.com",
    }),
  ),
  danger(
    "all data of a resource nobody knows goes away",
    deleted("mongodbatlas_cluster.main", { name: "main" }),
  ),
];
