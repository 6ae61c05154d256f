import { trust } from "./plan.ts";

/** Resources as Terraform has them once they are applied, for cases to change one thing in. */
export const DATABASE = {
  id: "orders",
  arn: "arn:aws:rds:eu-west-1:111111111111:db:orders",
  identifier: "orders",
  engine: "postgres",
  engine_version: "16.3",
  instance_class: "db.t4g.medium",
  allocated_storage: 100,
  storage_type: "gp3",
  storage_encrypted: true,
  multi_az: true,
  publicly_accessible: false,
  deletion_protection: true,
  backup_retention_period: 14,
  skip_final_snapshot: true,
  vpc_security_group_ids: ["sg-1"],
  tags: { team: "shop" },
} as const;

export const CLUSTER = {
  id: "main",
  cluster_identifier: "main",
  engine: "aurora-postgresql",
  engine_version: "15.4",
  storage_encrypted: true,
  deletion_protection: false,
  backup_retention_period: 14,
  skip_final_snapshot: true,
  tags: {},
} as const;

export const TABLE = {
  id: "carts",
  name: "carts",
  billing_mode: "PAY_PER_REQUEST",
  hash_key: "cartId",
  point_in_time_recovery: [{ enabled: true }],
  server_side_encryption: [{ enabled: true, kms_key_arn: "arn:aws:kms:eu-west-1:1:key/k" }],
  deletion_protection_enabled: false,
  tags: {},
} as const;

export const BUCKET = { id: "photos", bucket: "photos", force_destroy: false, tags: {} } as const;

export const rule = (values: object): object => ({
  description: "",
  protocol: "tcp",
  cidr_blocks: [],
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
  ...values,
});

export const GROUP = {
  id: "sg-1",
  name: "web",
  description: "web",
  vpc_id: "vpc-1",
  ingress: [rule({ from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] })],
  egress: [rule({ from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] })],
  tags: {},
} as const;

export const ROLE = {
  id: "app",
  name: "app",
  assume_role_policy: trust({ Service: "ec2.amazonaws.com" }),
  managed_policy_arns: [],
  inline_policy: [],
  permissions_boundary: null,
  tags: {},
} as const;

export const TRAIL = {
  id: "main",
  name: "main",
  s3_bucket_name: "trail",
  enable_logging: true,
  is_multi_region_trail: true,
  enable_log_file_validation: true,
  event_selector: [],
  insight_selector: [],
} as const;

export const LISTENER = {
  id: "arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/web/1/2",
  port: 443,
  protocol: "HTTPS",
  ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  certificate_arn: "arn:aws:acm:eu-west-1:1:certificate/one",
  default_action: [{ type: "forward", target_group_arn: "arn:tg" }],
} as const;

export const TASK = {
  id: "app",
  arn: "arn:aws:ecs:eu-west-1:1:task-definition/app:7",
  family: "app",
  cpu: "256",
  memory: "512",
  requires_compatibilities: ["FARGATE"],
  container_definitions: JSON.stringify([{ name: "app", image: "registry.example.com/app:1.4.0" }]),
} as const;

export const FUNCTION = {
  id: "api",
  function_name: "api",
  runtime: "nodejs20.x",
  memory_size: 256,
  timeout: 10,
  s3_key: "api-1.zip",
  environment: [{ variables: { LOG_LEVEL: "info" } }],
  tags: { team: "shop" },
} as const;
