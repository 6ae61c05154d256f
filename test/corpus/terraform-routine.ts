import type { Case } from "./corpus.ts";
import {
  allow,
  created,
  deleted,
  type PlannedResource,
  planOf,
  policy,
  replaced,
  stays,
  trust,
  updated,
} from "./plan.ts";
import {
  BUCKET,
  CLUSTER,
  DATABASE,
  FUNCTION,
  GROUP,
  LISTENER,
  ROLE,
  rule,
  TABLE,
  TASK,
  TRAIL,
} from "./resources.ts";

const routine = (name: string, ...resources: readonly PlannedResource[]): Case => ({
  name,
  label: "routine",
  format: "terraform plan",
  text: planOf(...resources),
});

const tagged = (address: string, attributes: object) =>
  updated(address, attributes, { tags: { team: "platform" } });

export const terraformRoutine: readonly Case[] = [
  routine("a database is tagged", tagged("aws_db_instance.orders", DATABASE)),
  routine(
    "everything is tagged",
    tagged("aws_db_instance.orders", DATABASE),
    tagged("aws_rds_cluster.main", CLUSTER),
    tagged("aws_dynamodb_table.carts", TABLE),
    tagged("aws_s3_bucket.photos", BUCKET),
    tagged("aws_security_group.web", GROUP),
    tagged("aws_iam_role.app", ROLE),
    tagged("aws_cloudtrail.main", TRAIL),
    tagged("aws_lambda_function.api", FUNCTION),
    tagged("aws_lb_listener.web", LISTENER),
  ),
  routine(
    "a public database that was public is tagged",
    tagged("aws_db_instance.legacy", { ...DATABASE, publicly_accessible: true, storage_encrypted: false }),
  ),
  routine(
    "SSH is narrowed from the world to the office",
    updated(
      "aws_security_group.web",
      { ...GROUP, ingress: [rule({ from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] })] },
      { ingress: [rule({ from_port: 22, to_port: 22, cidr_blocks: ["203.0.113.0/24"] })] },
    ),
  ),
  routine("a rule is taken away", updated("aws_security_group.web", GROUP, { ingress: [] })),
  routine(
    "rules are listed in another order",
    updated(
      "aws_security_group.web",
      {
        ...GROUP,
        ingress: [
          rule({ from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0", "10.0.0.0/8"] }),
          rule({ from_port: 22, to_port: 22, cidr_blocks: ["10.0.0.0/8"] }),
        ],
      },
      {
        ingress: [
          rule({ from_port: 22, to_port: 22, cidr_blocks: ["10.0.0.0/8"] }),
          rule({ from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/8", "0.0.0.0/0"] }),
        ],
      },
    ),
  ),
  routine(
    "HTTPS is opened to the world",
    created("aws_security_group.public", {
      ...GROUP,
      ingress: [
        rule({ from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] }),
        rule({ from_port: 80, to_port: 80, cidr_blocks: ["0.0.0.0/0"] }),
      ],
    }),
  ),
  routine(
    "a group lets another group in to its database",
    created("aws_security_group_rule.db", {
      type: "ingress",
      protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
      cidr_blocks: null,
      source_security_group_id: "sg-2",
      security_group_id: "sg-1",
    }),
  ),
  routine(
    "machines may go out to the world",
    created("aws_security_group_rule.out", {
      type: "egress",
      protocol: "-1",
      from_port: 0,
      to_port: 0,
      cidr_blocks: ["0.0.0.0/0"],
      security_group_id: "sg-1",
    }),
  ),
  routine(
    "a rule says what it is for",
    replaced(
      "aws_security_group_rule.office",
      {
        type: "ingress",
        protocol: "tcp",
        from_port: 22,
        to_port: 22,
        cidr_blocks: ["203.0.113.0/24"],
        security_group_id: "sg-1",
        description: "",
      },
      { description: "office" },
      "description",
    ),
  ),
  routine(
    "an image is bumped",
    replaced(
      "aws_ecs_task_definition.app",
      TASK,
      { container_definitions: JSON.stringify([{ name: "app", image: "registry.example.com/app:1.5.0" }]) },
      "container_definitions",
    ),
    updated(
      "aws_ecs_service.app",
      { name: "app", desired_count: 2, task_definition: TASK.arn },
      { task_definition: "arn:aws:ecs:eu-west-1:1:task-definition/app:8" },
    ),
  ),
  routine(
    "machines get a new image through a new version of their template",
    updated(
      "aws_launch_template.web",
      { name: "web", image_id: "ami-1", instance_type: "t3.small", latest_version: 3 },
      { image_id: "ami-2", latest_version: 4 },
    ),
    updated(
      "aws_autoscaling_group.web",
      {
        name: "web",
        min_size: 2,
        max_size: 6,
        desired_capacity: 2,
        launch_template: [{ id: "lt-1", version: "3" }],
      },
      { launch_template: [{ id: "lt-1", version: "4" }] },
    ),
  ),
  routine(
    "a function gets new code, memory and a longer time",
    updated("aws_lambda_function.api", FUNCTION, {
      s3_key: "api-2.zip",
      memory_size: 512,
      timeout: 30,
      runtime: "nodejs22.x",
    }),
  ),
  routine(
    "a function gets a setting",
    updated("aws_lambda_function.api", FUNCTION, {
      environment: [{ variables: { LOG_LEVEL: "debug", TABLE_NAME: "carts" } }],
    }),
  ),
  routine(
    "a service scales from two to four",
    updated("aws_ecs_service.app", { name: "app", desired_count: 2 }, { desired_count: 4 }),
  ),
  routine(
    "a group may grow to ten",
    updated(
      "aws_autoscaling_group.web",
      { name: "web", min_size: 2, max_size: 6, desired_capacity: 2 },
      { max_size: 10, desired_capacity: 3 },
    ),
  ),
  routine(
    "a database gets more room and a larger machine",
    updated("aws_db_instance.orders", DATABASE, { allocated_storage: 200, instance_class: "db.t4g.large" }),
  ),
  routine(
    "a database gets a smaller version",
    updated("aws_db_instance.orders", DATABASE, { engine_version: "16.4" }),
  ),
  routine(
    "backups are kept longer",
    updated("aws_db_instance.orders", DATABASE, { backup_retention_period: 30 }),
  ),
  routine(
    "logs are kept longer",
    updated(
      "aws_cloudwatch_log_group.app",
      { name: "/app", retention_in_days: 30 },
      { retention_in_days: 90 },
    ),
  ),
  routine(
    "deletion protection is put on",
    updated("aws_rds_cluster.main", CLUSTER, { deletion_protection: true }),
  ),
  routine(
    "rotation of a key is switched on",
    updated("aws_kms_key.data", { enable_key_rotation: false }, { enable_key_rotation: true }),
  ),
  routine(
    "a queue gets a key of its own",
    updated(
      "aws_sqs_queue.jobs",
      { kms_master_key_id: null, sqs_managed_sse_enabled: true },
      { kms_master_key_id: "alias/jobs" },
    ),
  ),
  routine(
    "a role may read one bucket more",
    updated(
      "aws_iam_policy.app",
      { policy: policy(allow(["s3:GetObject"], ["arn:aws:s3:::photos/*"])) },
      { policy: policy(allow(["s3:GetObject"], ["arn:aws:s3:::photos/*", "arn:aws:s3:::films/*"])) },
    ),
  ),
  routine(
    "a policy is narrowed",
    updated(
      "aws_iam_policy.app",
      { policy: policy(allow("*", "*")) },
      { policy: policy(allow(["s3:GetObject"], ["arn:aws:s3:::photos/*"])) },
    ),
  ),
  routine(
    "a policy lists its actions in another order",
    updated(
      "aws_iam_policy.app",
      { policy: policy(allow(["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::photos/*")) },
      { policy: policy(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::photos/*")) },
    ),
  ),
  routine(
    "a function comes with its role",
    created("aws_iam_role.thumbs", {
      name: "thumbs",
      assume_role_policy: trust({ Service: "lambda.amazonaws.com" }),
      inline_policy: [],
      managed_policy_arns: [],
      permissions_boundary: null,
    }),
    created("aws_iam_role_policy_attachment.logs", {
      role: "thumbs",
      policy_arn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    }),
    created("aws_iam_role_policy.thumbs", {
      role: "thumbs",
      policy: policy(
        allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::photos/*"),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], "*"),
      ),
    }),
    created("aws_lambda_function.thumbs", {
      function_name: "thumbs",
      runtime: "nodejs22.x",
      memory_size: 512,
    }),
    created("aws_cloudwatch_log_group.thumbs", { name: "/aws/lambda/thumbs", retention_in_days: 30 }),
  ),
  routine(
    "a service may pass the one role it needs",
    created("aws_iam_role_policy.deploy", {
      role: "deploy",
      policy: policy(
        allow("iam:PassRole", "arn:aws:iam::111111111111:role/app-task"),
        allow(["ecs:UpdateService", "ecs:RegisterTaskDefinition"], "*"),
      ),
    }),
  ),
  routine(
    "a role for one repository",
    created("aws_iam_role.ci", {
      ...ROLE,
      assume_role_policy: policy({
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: {
          Federated: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
        },
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:shop/api:ref:refs/heads/main",
          },
        },
      }),
    }),
  ),
  routine(
    "a private bucket with all that belongs to it",
    created("aws_s3_bucket.exports", { bucket: "exports", force_destroy: false }),
    created("aws_s3_bucket_public_access_block.exports", {
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    }),
    created("aws_s3_bucket_versioning.exports", { versioning_configuration: [{ status: "Enabled" }] }),
    created("aws_s3_bucket_server_side_encryption_configuration.exports", {
      rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "aws:kms" }] }],
    }),
    created("aws_s3_bucket_lifecycle_configuration.exports", {
      rule: [{ id: "old", status: "Enabled", expiration: [{ days: 90 }] }],
    }),
    created("aws_s3_bucket_policy.exports", {
      policy: policy({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    }),
  ),
  routine(
    "an encrypted database is added",
    created("aws_db_instance.reports", {
      ...DATABASE,
      identifier: "reports",
      manage_master_user_password: true,
    }),
  ),
  routine(
    "a table on demand is added",
    created("aws_dynamodb_table.sessions", { ...TABLE, name: "sessions" }),
  ),
  routine(
    "alarms are added and one is tuned",
    created("aws_cloudwatch_metric_alarm.errors", { alarm_name: "errors", threshold: 5, period: 300 }),
    updated(
      "aws_cloudwatch_metric_alarm.cpu",
      { alarm_name: "cpu", threshold: 80, period: 300 },
      { threshold: 70 },
    ),
  ),
  routine(
    "what holds nothing is destroyed",
    deleted("aws_lambda_function.old", FUNCTION),
    deleted("aws_lambda_permission.old", {
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
    }),
    deleted("aws_cloudwatch_event_rule.old", { schedule_expression: "rate(1 day)" }),
    deleted("aws_cloudwatch_metric_alarm.old", { alarm_name: "old" }),
    deleted("aws_sns_topic.old", { name: "old" }),
    deleted("aws_iam_role.old", ROLE),
    deleted("aws_iam_role_policy_attachment.old", {
      policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
  ),
  routine("a resource is moved into a module", {
    address: "module.data.aws_db_instance.orders",
    previousAddress: "aws_db_instance.orders",
    actions: ["no-op"],
    before: DATABASE,
    after: DATABASE,
  }),
  routine("only data is read", {
    address: "data.aws_ami.ubuntu",
    mode: "data",
    actions: ["read"],
    after: { name: "ubuntu" },
  }),
  routine(
    "nothing changes",
    stays("aws_db_instance.orders", DATABASE),
    stays("aws_s3_bucket.photos", BUCKET),
  ),
  routine(
    "a name's time to live is shortened",
    updated(
      "aws_route53_record.www",
      { name: "www.example.com", type: "A", ttl: 3600, records: ["192.0.2.10"], alias: [] },
      { ttl: 60 },
    ),
  ),
  routine(
    "a name is added",
    created("aws_route53_record.beta", {
      name: "beta.example.com",
      type: "CNAME",
      ttl: 300,
      records: ["lb.example.com"],
      alias: [],
    }),
  ),
  routine(
    "a certificate is asked for and proved",
    created("aws_acm_certificate.beta", { domain_name: "beta.example.com", validation_method: "DNS" }),
    created("aws_route53_record.validation", {
      name: "_0123456789abcdef0123456789abcdef.beta.example.com",
      type: "CNAME",
      ttl: 60,
      records: ["_x.acm-validations.aws."],
    }),
  ),
  routine(
    "a distribution caches for longer",
    updated(
      "aws_cloudfront_distribution.cdn",
      {
        enabled: true,
        price_class: "PriceClass_100",
        origin: [{ domain_name: "a.s3.amazonaws.com", origin_id: "o" }],
        default_cache_behavior: [{ default_ttl: 60, viewer_protocol_policy: "redirect-to-https" }],
      },
      {
        price_class: "PriceClass_All",
        default_cache_behavior: [{ default_ttl: 3600, viewer_protocol_policy: "redirect-to-https" }],
      },
    ),
  ),
  routine(
    "TLS becomes stricter",
    updated(
      "aws_lb_listener.web",
      { ...LISTENER, ssl_policy: "ELBSecurityPolicy-2016-08" },
      { ssl_policy: LISTENER.ssl_policy },
    ),
  ),
  routine(
    "a public load balancer is added",
    created("aws_lb.web", {
      internal: false,
      load_balancer_type: "application",
      subnets: ["a", "b"],
      access_logs: [],
      enable_deletion_protection: true,
    }),
    created("aws_lb_target_group.web", { port: 8080, protocol: "HTTP" }),
    created("aws_lb_listener.web", LISTENER),
  ),
  routine(
    "a network is added",
    created("aws_vpc.main", { cidr_block: "10.0.0.0/16" }),
    created("aws_subnet.a", { cidr_block: "10.0.0.0/24", map_public_ip_on_launch: true }),
    created("aws_internet_gateway.main", {}),
    created("aws_route_table.public", {}),
    created("aws_route.out", { destination_cidr_block: "0.0.0.0/0", gateway_id: "igw-1" }),
    created("aws_flow_log.main", { traffic_type: "ALL" }),
  ),
  routine(
    "a password is drawn by lot and kept as a secret",
    created("random_password.db", { length: 32 }, { result: true }),
    created("aws_secretsmanager_secret.db", { name: "db" }),
    {
      address: "aws_secretsmanager_secret_version.db",
      actions: ["create"],
      after: { secret_string: "s3cret-Value-9" },
      sensitive: { secret_string: true },
    },
  ),
  routine(
    "something that only Terraform knows is made anew",
    replaced("null_resource.build", { triggers: { sha: "a" } }, { triggers: { sha: "b" } }, "triggers"),
  ),
  routine(
    "labels of another cloud change",
    updated("google_storage_bucket.assets", { name: "assets", labels: {} }, { labels: { team: "web" } }),
  ),
  routine(
    "a chart of Kubernetes is updated",
    updated("helm_release.app", { name: "app", version: "1.2.0" }, { version: "1.3.0" }),
  ),
  routine(
    "a monitor of another provider is added",
    created("datadog_monitor.latency", { name: "latency", type: "metric alert" }),
  ),
];
