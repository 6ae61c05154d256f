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
  trust,
  updated,
} from "./plan.ts";
import { DATABASE, GROUP, LISTENER, ROLE, rule, TASK } from "./resources.ts";

const routine = (name: string, ...resources: readonly PlannedResource[]): Case => ({
  name,
  label: "routine",
  format: "terraform plan",
  text: planOf(...resources),
});

/** More of everyday's work that nobody should be stopped for. */
export const moreRoutine: readonly Case[] = [
  routine(
    "a machine gets a new image",
    replaced(
      "aws_instance.web",
      { ami: "ami-1", instance_type: "t3.small", user_data: "a" },
      { ami: "ami-2", user_data: "b" },
      "ami",
      "user_data",
    ),
  ),
  routine(
    "a service with all that belongs to it is retired",
    ...["a", "b", "c", "d"].flatMap((name) => [
      deleted(`aws_lambda_function.${name}`, { function_name: name }),
      deleted(`aws_lambda_permission.${name}`, { principal: "events.amazonaws.com" }),
      deleted(`aws_iam_role.${name}`, ROLE),
      deleted(`aws_cloudwatch_event_rule.${name}`, { name }),
    ]),
  ),
  routine(
    "many images are bumped at once",
    ...Array.from({ length: 24 }, (_, index) =>
      replaced(
        `aws_ecs_task_definition.app${index}`,
        TASK,
        { container_definitions: JSON.stringify([{ name: "app", image: `app:${index}` }]) },
        "container_definitions",
      ),
    ),
  ),
  routine(
    "a machine becomes larger",
    updated("aws_instance.web", { ami: "ami-1", instance_type: "t3.small" }, { instance_type: "t3.large" }),
  ),
  routine(
    "a notification from a bucket to a queue",
    created("aws_sqs_queue_policy.events", {
      policy: policy({
        Effect: "Allow",
        Principal: "*",
        Action: "sqs:SendMessage",
        Resource: "*",
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:photos" } },
      }),
    }),
  ),
  routine(
    "a topic's usual policy",
    created("aws_sns_topic_policy.alerts", {
      policy: policy({
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["SNS:Publish", "SNS:Subscribe"],
        Resource: "*",
        Condition: { StringEquals: { "AWS:SourceOwner": "111111111111" } },
      }),
    }),
  ),
  routine(
    "a bucket for the office's network",
    created("aws_s3_bucket_policy.office", {
      policy: policy({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "*",
        Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } },
      }),
    }),
  ),
  routine(
    "a distribution may read a bucket",
    created("aws_s3_bucket_policy.cdn", {
      policy: policy({
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "*",
        Condition: { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::111111111111:distribution/E1" } },
      }),
    }),
  ),
  routine(
    "a load balancer may write its logs",
    created("aws_s3_bucket_policy.logs", {
      policy: policy({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::127311923021:root" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::logs/*",
      }),
    }),
  ),
  routine(
    "a key with the usual policy",
    created("aws_kms_key.data", {
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      policy: policy(MANAGED_BY_ITS_ACCOUNT),
    }),
  ),
  routine(
    "an endpoint of a network with the usual policy",
    created("aws_vpc_endpoint.s3", {
      vpc_endpoint_type: "Gateway",
      policy: policy({ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }),
    }),
  ),
  routine(
    "a pipeline may pass roles to containers",
    created("aws_iam_role_policy.deploy", {
      role: "deploy",
      policy: policy(
        allow("iam:PassRole", "*", {
          Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        }),
        allow(["ecs:UpdateService", "ecs:RegisterTaskDefinition"], "*"),
      ),
    }),
  ),
  routine(
    "machines are managed",
    created("aws_iam_role_policy_attachment.ssm", {
      role: "web",
      policy_arn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    }),
  ),
  routine(
    "a role of tasks and a role that starts them",
    created("aws_iam_role.task", {
      ...ROLE,
      assume_role_policy: trust({ Service: "ecs-tasks.amazonaws.com" }),
    }),
    created("aws_iam_role_policy_attachment.execution", {
      role: "execution",
      policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    }),
    created("aws_iam_role_policy.secrets", {
      role: "execution",
      policy: policy(
        allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:app/*"),
        allow("kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/abc"),
      ),
    }),
  ),
  routine(
    "a role trusts one service more",
    updated("aws_iam_role.app", ROLE, {
      assume_role_policy: trust({ Service: ["ec2.amazonaws.com", "ssm.amazonaws.com"] }),
    }),
  ),
  routine(
    "a policy is named anew",
    replaced(
      "aws_iam_policy.app",
      { name: "a", policy: policy(allow("s3:GetObject", "arn:aws:s3:::photos/*")) },
      { name: "b" },
      "name",
    ),
  ),
  routine(
    "a group is described anew",
    replaced("aws_security_group.web", GROUP, { description: "web servers" }, "description"),
  ),
  routine(
    "monitoring reaches its port from within",
    updated("aws_security_group.web", GROUP, {
      ingress: [...GROUP.ingress, rule({ from_port: 9100, to_port: 9100, cidr_blocks: ["10.0.0.0/8"] })],
    }),
  ),
  routine(
    "an application's port is opened to its load balancer",
    created("aws_vpc_security_group_ingress_rule.app", {
      ip_protocol: "tcp",
      from_port: 8080,
      to_port: 8080,
      referenced_security_group_id: "sg-2",
      security_group_id: "sg-1",
      cidr_ipv4: null,
      cidr_ipv6: null,
    }),
  ),
  routine(
    "a distribution gets another name and another path",
    updated(
      "aws_cloudfront_distribution.cdn",
      {
        enabled: true,
        aliases: ["a.example.com"],
        origin: [{ domain_name: "a.s3.amazonaws.com", origin_id: "o" }],
      },
      {
        aliases: ["a.example.com", "b.example.com"],
        origin: [
          { domain_name: "a.s3.amazonaws.com", origin_id: "o" },
          { domain_name: "api.example.com", origin_id: "p" },
        ],
      },
    ),
  ),
  routine("a certificate covers one name more", {
    ...replaced(
      "aws_acm_certificate.main",
      { domain_name: "example.com", subject_alternative_names: ["example.com"] },
      { subject_alternative_names: ["example.com", "www.example.com"] },
      "subject_alternative_names",
    ),
    actions: ["create", "delete"],
  }),
  routine(
    "a name proves itself to a mail provider",
    updated(
      "aws_route53_record.spf",
      { name: "example.com", type: "TXT", ttl: 300, records: ["v=spf1 -all"], alias: [] },
      { records: ["v=spf1 include:mail.example.net -all"] },
    ),
  ),
  routine(
    "logs kept for ever get an end",
    updated(
      "aws_cloudwatch_log_group.app",
      { name: "/app", retention_in_days: 0 },
      { retention_in_days: 90 },
    ),
  ),
  routine(
    "a layer, a deployment and a launch configuration are made anew",
    replaced(
      "aws_lambda_layer_version.deps",
      { layer_name: "deps" },
      { layer_name: "deps" },
      "source_code_hash",
    ),
    replaced("aws_api_gateway_deployment.v1", { rest_api_id: "a" }, { rest_api_id: "a" }, "triggers"),
    replaced("aws_launch_configuration.web", { image_id: "ami-1" }, { image_id: "ami-2" }, "image_id"),
  ),
  routine(
    "a cluster of Kubernetes gets a new version",
    updated("aws_eks_cluster.main", { name: "main", version: "1.29" }, { version: "1.30" }),
    updated("aws_eks_addon.dns", { addon_version: "1" }, { addon_version: "2" }),
  ),
  routine(
    "nodes are made anew",
    replaced(
      "aws_eks_node_group.main",
      { node_group_name: "a", instance_types: ["t3.large"] },
      { node_group_name: "b", instance_types: ["t3.xlarge"] },
      "node_group_name",
    ),
  ),
  routine(
    "a parameter of a database changes",
    updated(
      "aws_db_parameter_group.pg",
      { parameter: [{ apply_method: "immediate", name: "log_min_duration_statement", value: "1000" }] },
      { parameter: [{ apply_method: "immediate", name: "log_min_duration_statement", value: "500" }] },
    ),
  ),
  routine(
    "a replica for reading is added",
    created("aws_db_instance.replica", { ...DATABASE, identifier: "replica", replicate_source_db: "orders" }),
  ),
  routine(
    "images are tidied up",
    created("aws_ecr_lifecycle_policy.app", {
      repository: "app",
      policy: JSON.stringify({ rules: [{ rulePriority: 1, action: { type: "expire" } }] }),
    }),
  ),
  routine(
    "old versions of objects move and go",
    created("aws_s3_bucket_lifecycle_configuration.photos", {
      rule: [
        {
          id: "old",
          status: "Enabled",
          noncurrent_version_expiration: [{ noncurrent_days: 90 }],
          transition: [{ days: 30, storage_class: "STANDARD_IA" }],
        },
      ],
    }),
  ),
  routine(
    "a budget and an anomaly monitor are added",
    created("aws_budgets_budget.monthly", { limit_amount: "500" }),
  ),
  routine(
    "a build is described anew and gets a newer image",
    updated(
      "aws_codebuild_project.app",
      { description: "a", environment: [{ image: "aws/codebuild/standard:6.0" }] },
      { description: "b", environment: [{ image: "aws/codebuild/standard:7.0" }] },
    ),
  ),
  routine(
    "a rule that nobody calls any more goes",
    deleted("aws_security_group_rule.old", {
      type: "ingress",
      protocol: "tcp",
      from_port: 22,
      to_port: 22,
      cidr_blocks: ["0.0.0.0/0"],
    }),
    deleted("aws_security_group.old", GROUP),
  ),
  routine(
    "an environment's setting that looks like a secret's name",
    replaced(
      "aws_ecs_task_definition.app",
      TASK,
      {
        container_definitions: JSON.stringify([
          {
            name: "app",
            image: "app:2",
            environment: [
              { name: "TOKEN_TTL_SECONDS", value: "3600" },
              { name: "SECRET_NAME", value: "app/db" },
            ],
            secrets: [
              {
                name: "DB_PASSWORD",
                valueFrom: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:app/db",
              },
            ],
          },
        ]),
      },
      "container_definitions",
    ),
  ),
  routine(
    "a function reads its password from a secret",
    created("aws_lambda_function.api", {
      function_name: "api",
      environment: [
        {
          variables: {
            DB_PASSWORD_SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db",
            API_KEY_PARAMETER: "/app/key",
          },
        },
      ],
    }),
  ),
  routine(
    "an account's own role may take on a role",
    created("aws_iam_role.reader", {
      ...ROLE,
      assume_role_policy: trust({ AWS: "arn:aws:iam::111111111111:role/ci" }),
    }),
  ),
  routine("a user's key is taken away", deleted("aws_iam_access_key.old", { user: "ci", status: "Active" })),
  routine(
    "a new network begins with its lists",
    created("aws_vpc.main", { cidr_block: "10.0.0.0/16" }),
    created("aws_network_acl.main", { vpc_id: "vpc-1" }),
    created("aws_network_acl_rule.in", {
      rule_number: 100,
      egress: false,
      protocol: "-1",
      rule_action: "allow",
      cidr_block: "0.0.0.0/0",
    }),
  ),
  routine(
    "a listener takes newer TLS only",
    updated(
      "aws_lb_listener.https",
      { ...LISTENER, ssl_policy: "ELBSecurityPolicy-TLS13-1-0-2021-06" },
      {
        ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      },
    ),
  ),
  routine(
    "a service may call a function",
    created("aws_lambda_permission.events", {
      function_name: "nightly",
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      source_arn: "arn:aws:events:eu-west-1:111111111111:rule/nightly",
    }),
  ),
  routine(
    "an own account is named where it is known",
    updated(
      "aws_s3_bucket.photos",
      { bucket: "photos", arn: "arn:aws:iam::111111111111:x", tags: {} },
      { tags: { a: "b" } },
    ),
    created("aws_lambda_permission.own", {
      function_name: "api",
      action: "lambda:InvokeFunction",
      principal: "arn:aws:iam::111111111111:root",
    }),
  ),
];
