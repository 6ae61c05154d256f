/** What the price sheet is made of: each key of ours, the unit it is billed in, and AWS's name of the item. */

export const REGIONS = ["af-south-1", "eu-west-1", "us-east-1", "us-west-2"] as const;
export type Region = (typeof REGIONS)[number];
interface Source {
  readonly service: string;
  /** One name, or one for each region where the item is named by its place. */
  readonly name: string | Readonly<Record<Region, string>>;
  /** Multiplies the file's figure to reach our unit (a price per 1,024 becomes one per 1). */
  readonly scale?: number;
}

export interface Tier extends Source {
  /** This price counts for the part of a month's quantity above this. */
  readonly from: number;
}

export interface Wanted {
  readonly unit: string;
  readonly tiers: readonly Tier[];
  readonly absent?: Partial<Record<Region, string>>;
}

export interface ClassTable {
  readonly unit: string;
  readonly service: string;
  /** The first group is the class, as the template names it without its `db.` or `cache.`. */
  readonly name: RegExp;
}

const NOT_IN_CAPE_TOWN = { "af-south-1": "the price files do not list it in Cape Town" };

function one(unit: string, service: string, name: string, absent?: Wanted["absent"]): Wanted {
  return { unit, tiers: [{ from: 0, service, name }], ...(absent ? { absent } : {}) };
}

function scaled(unit: string, service: string, name: string, scale: number): Wanted {
  return { unit, tiers: [{ from: 0, service, name, scale }] };
}

/** Tiers as AWS counts them: `[[0, name], [300e6, name of the price above 300 million]]`. */
function tiered(unit: string, service: string, tiers: readonly (readonly [number, string])[]): Wanted {
  return { unit, tiers: tiers.map(([from, name]) => ({ from, service, name })) };
}

/** Prices that no file we have gives: what needs one is unpriced, with this reason, and never zero. */
export const UNKNOWN: Record<string, { unit: string; unknown: string }> = {
  "logs.stored": {
    unit: "GB-month",
    unknown: "the price sheet has no price for stored logs",
  },
  "fargate.spot": {
    unit: "task-hour",
    unknown: "Fargate Spot has no list price: it is up to 70 % below the on-demand price",
  },
  "cloudfront.egress": {
    unit: "GB",
    unknown: "the price sheet has no price for what CloudFront sends to viewers",
  },
  "transfer.internet": {
    unit: "GB",
    unknown: "the price sheet has no price for data sent to the internet",
  },
  "cognito.essentials.user": {
    unit: "monthly active user",
    unknown: "the price sheet has no price for Cognito's Essentials tier",
  },
  "cognito.plus.user": {
    unit: "monthly active user",
    unknown: "the price sheet has no price for Cognito's Plus tier",
  },
  "cloudfront.function": {
    unit: "invocation",
    unknown: "the price sheet has no price for code that runs in CloudFront",
  },
  "sns.sms": {
    unit: "message",
    unknown: "the price of a text message depends on the country it goes to",
  },
};

const DYNAMODB: Record<string, Wanted> = {
  "dynamodb.read": one("read request unit", "dynamodb", "PayPerRequest Read Request Units"),
  "dynamodb.write": one("write request unit", "dynamodb", "PayPerRequest Write Request Units"),
  "dynamodb.replicated-write": one(
    "write request unit",
    "dynamodb",
    "PayPerRequest Replicated Write Request Units",
  ),
  "dynamodb.read-capacity": one("unit-hour", "dynamodb", "Provisioned Read Units"),
  "dynamodb.write-capacity": one("unit-hour", "dynamodb", "Provisioned Write Units"),
  "dynamodb.replicated-write-capacity": one("unit-hour", "dynamodb", "Provisioned Replicated Write Units"),
  "dynamodb.stored": one("GB-month", "dynamodb", "Data Storage Indexed GB-Mo"),
  "dynamodb.ia.read": one("read request unit", "dynamodb", "PayPerRequest Read Request Units IA"),
  "dynamodb.ia.write": one("write request unit", "dynamodb", "PayPerRequest Write Request Units IA"),
  "dynamodb.ia.replicated-write": one(
    "write request unit",
    "dynamodb",
    "PayPerRequest Replicated Write Request Units IA",
  ),
  "dynamodb.ia.read-capacity": one("unit-hour", "dynamodb", "Provisioned Read Units IA"),
  "dynamodb.ia.write-capacity": one("unit-hour", "dynamodb", "Provisioned Write Units IA"),
  "dynamodb.ia.replicated-write-capacity": one(
    "unit-hour",
    "dynamodb",
    "Provisioned Replicated Write Units IA",
  ),
  "dynamodb.ia.stored": one("GB-month", "dynamodb", "Data Storage Indexed - IA GB-Mo"),
  "dynamodb.point-in-time": one("GB-month", "dynamodb", "PITR Backup Storage GB-Mo"),
  "dynamodb.stream-read": one("read request", "dynamodb", "Streams Read Requests"),
  "dynamodb.kinesis-change": one(
    "change record",
    "dynamodb",
    "Change Data Capture Units for Kinesis Data Streams",
  ),
};

const STORAGE: Record<string, Wanted> = {
  "s3.stored": tiered("GB-month", "s3", [
    [0, "Standard Storage First 50 TB per GB Mo"],
    [51_200, "Standard Storage Next 450 TB per GB Mo"],
    [512_000, "Standard Storage Over 500 TB per GB Mo"],
  ]),
  "s3.put": one("request", "s3", "PUT COPY/POST or LIST requests per Requests"),
  "s3.get": one("request", "s3", "GET and all other requests per Requests"),
  "efs.stored": one("GB-month", "efs", "General Purpose Storage GB Mo"),
  "efs.infrequent": one("GB-month", "efs", "Infrequent Access Storage GB Mo"),
  "efs.one-zone": one("GB-month", "efs", "One Zone General Purpose Storage GB Mo"),
  "efs.one-zone-infrequent": one("GB-month", "efs", "One Zone Infrequent Access Storage GB Mo"),
  "efs.elastic-read": one("GB", "efs", "EFS Storage Requests Read per GB"),
  "efs.elastic-write": one("GB", "efs", "EFS Storage Requests Write per GB"),
  "efs.throughput": one("MiBps-month", "efs", "Throughput Provisioned"),
  "ebs.gp2": one("GB-month", "ebs", "Storage General Purpose gp2 GB Mo"),
  "ebs.gp3": one("GB-month", "ebs", "Storage General Purpose gp3 GB Mo"),
  "ebs.io1": one("GB-month", "ebs", "Storage Provisioned IOPS io1 GB Mo"),
  "ebs.io2": one("GB-month", "ebs", "Storage Provisioned IOPS io2 GB month", NOT_IN_CAPE_TOWN),
  "ebs.st1": one("GB-month", "ebs", "Storage Throughput Optimized HDD st1 GB Mo"),
  "ebs.sc1": one("GB-month", "ebs", "Storage Cold HDD sc1 GB Mo"),
  "ebs.standard": one("GB-month", "ebs", "Storage Magnetic standard GB Mo"),
  "ebs.standard-request": one("request", "ebs", "Provisioned EBS I O Requests standard Volumes per IOs"),
  "ebs.snapshot": one("GB-month", "ebs", "Storage Snapshot Amazon S3 GB Mo"),
  "ebs.gp3-iops": one("IOPS-month", "ebs", "Provisioned EBS IOPS gp3 Volumes per IOPS Mo"),
  "ebs.gp3-throughput": scaled("MiBps-month", "ebs", "Provisioned Throughput gp3 per GiBps mo", 1 / 1024),
  "ebs.io1-iops": one("IOPS-month", "ebs", "Provisioned EBS IOPS io1 Volumes per IOPS Mo"),
  "ebs.io2-iops": {
    ...tiered("IOPS-month", "ebs", [
      [0, "Provisioned EBS IOPS io2 Volumes per IOPS Mo"],
      [32_000, "Provisioned EBS IOPS Tier 2 io2 Volumes per IOPS Mo"],
      [64_000, "Provisioned EBS IOPS Tier 3 io2 Volumes per IOPS Mo"],
    ]),
    absent: NOT_IN_CAPE_TOWN,
  },
  "backup.efs": one("GB-month", "backup", "Backup Storage Warm per GB-month"),
  "backup.dynamodb": one("GB-month", "backup", "DDB Backup Storage Warm per GB-month"),
  "backup.s3": one("GB-month", "backup", "S3 Backup Storage Warm per GB-month"),
  "ecr.stored": one("GB-month", "ecr", "EC2 Container Registry"),
};

const EVENTS: Record<string, Wanted> = {
  "events.custom": one("event of 64 KB", "events", "CloudWatch Events Custom Event"),
  "events.archived": one("GB", "events", "CloudWatch Events Archive Event"),
  "events.archive-stored": one("GB-month", "events", "CloudWatch Events Event Storage"),
  "events.destination": one("invocation", "events", "CloudWatch Events APIDestination"),
  "events.pipe": one("request of 64 KB", "events", "Pipe Request per 64K-Chunks"),
  "scheduler.invocation": one("invocation", "events", "Scheduled Invocation for 14000000 to Inf Invocations"),
  "sqs.request": tiered("request of 64 KB", "queueservice", [
    [0, "Standard per Requests"],
    [100e9, "Standard per Requests Tier2"],
    [200e9, "Standard per Requests Tier3"],
  ]),
  "sqs.fifo-request": tiered("request of 64 KB", "queueservice", [
    [0, "FIFO first-in first-out per Requests"],
    [100e9, "FIFO first-in first-out per Requests Tier2"],
    [200e9, "FIFO first-in first-out per Requests Tier3"],
  ]),
  "sns.request": one("request of 64 KB", "sns", "Amazon SNS API Requests"),
  "sns.fifo-request": one("request", "sns", "Amazon SNS FIFO API Requests per Requests"),
  "sns.fifo-payload": one("GB", "sns", "SNS FIFO Publish Payload per GB"),
  "sns.http": one("delivery", "sns", "HTTP Notifications"),
  "sns.email": one("delivery", "sns", "SNS Email and Email JSON Notifications"),
  "sns.push": one("delivery", "sns", "Apple Push Notification Service APNS iOS Notifications"),
  "sns.firehose": one("delivery", "sns", "Amazon Kinesis Data Firehose Messages"),
  "ses.email": scaled(
    "email",
    "_supplement",
    "ses per 1,000 emails (new accounts, Essentials, since 2026-07-21)",
    1e-3,
  ),
  "states.transition": one("state transition", "states", "AWS Step Functions"),
  "states.express-request": one("request", "states", "Number of Workflow Requests"),
  "states.express-duration": tiered("GB-second", "states", [
    [0, "Duration of Workflows from 0 to 3600000"],
    [3_600_000, "Duration of Workflows from 3600000 to 18000000"],
    [18_000_000, "Duration of Workflows over 18000000"],
  ]),
  "kinesis.shard": one("shard-hour", "kinesis", "Provisioned shard hour per ShardHour"),
  "kinesis.put": one("payload unit of 25 KB", "kinesis", "Payload Units per PutRequest"),
  "kinesis.extended": one("shard-hour", "kinesis", "Addon shard hour per ShardHour"),
  "kinesis.long-term": one("GB-month", "kinesis", "Long term Data Retention GB-month per GB-month"),
  "kinesis.stream": one("stream-hour", "kinesis", "OnDemandStreamHr per StreamHr"),
  "kinesis.stream-in": one("GB", "kinesis", "OnDemandDataIngested per GB"),
  "kinesis.stream-out": one("GB", "kinesis", "OnDemandDataRetrieval per GB"),
  "kinesis.stream-extended": one("GB-month", "kinesis", "OnDemandExtendedRetentionByteHrs per GB month"),
  "kinesis.stream-consumer-out": one("GB", "kinesis", "OnDemandEFODataRetrieval per GB"),
  "kinesis.consumer": one("consumer-shard-hour", "kinesis", "Enhanced fan out per ConsumerShardHour"),
  "kinesis.consumer-out": one("GB", "kinesis", "Enhanced fan out GB of data retrieved per GB"),
  "firehose.ingested": tiered("GB in 5 KB records", "kinesisfirehose", [
    [0, "Per GB of data ingested first 500TB"],
    [512_000, "Per GB of data ingested Next 1 5PB"],
    [2_048_000, "Per GB of data ingested Next 3PB"],
  ]),
  "firehose.converted": one("GB", "kinesisfirehose", "Per GB of data format conversion"),
};

const COMPUTE: Record<string, Wanted> = {
  "lambda.request": one("request", "lambda", "Lambda Requests"),
  "lambda.x86": tiered("GB-second", "lambda", [
    [0, "Lambda Duration"],
    [6e9, "Lambda Duration Tier2"],
    [15e9, "Lambda Duration Tier3"],
  ]),
  "lambda.arm": tiered("GB-second", "lambda", [
    [0, "Lambda Duration-ARM"],
    [7.5e9, "Lambda Duration-ARM Tier2"],
    [18.75e9, "Lambda Duration-ARM Tier3"],
  ]),
  "lambda.storage": one("GB-second", "lambda", "Lambda Storage-Duration"),
  "lambda.x86-provisioned": one("GB-second", "lambda", "Lambda Provisioned-Concurrency"),
  "lambda.arm-provisioned": one("GB-second", "lambda", "Lambda Provisioned-Concurrency-ARM"),
  "fargate.cpu": one("vCPU-hour", "ecs", "perCPU per hour"),
  "fargate.memory": one("GB-hour", "ecs", "perGB per hour"),
  "fargate.arm-cpu": one("vCPU-hour", "ecs", "ARM perCPU per hour"),
  "fargate.arm-memory": one("GB-hour", "ecs", "ARM perGB per hour"),
  "fargate.windows-cpu": one("vCPU-hour", "ecs", "perCPU per hour Windows"),
  "fargate.windows-memory": one("GB-hour", "ecs", "perGB per hour Windows"),
  "fargate.windows-license": one("vCPU-hour", "ecs", "perCPU OS License Fee per hour Windows"),
  "fargate.storage": one("GB-hour", "ecs", "Storage per GB-Hours"),
  "eks.cluster": one("cluster-hour", "eks", "Compute per Hours"),
};

/** CloudFront prices viewers' requests by where they are: a stack's viewers are taken to be on its continent. */
const CLOUDFRONT_REQUEST: Record<Region, string> = {
  "af-south-1": "Request HTTPS Methods from South Africa",
  "eu-west-1": "Request HTTPS Methods from EU",
  "us-east-1": "Request HTTPS Methods from United States",
  "us-west-2": "Request HTTPS Methods from United States",
};

const NETWORK: Record<string, Wanted> = {
  "nat.hour": one("hour", "_supplement", "nat-gateway per hour and per GB"),
  "nat.data": one("GB", "_supplement", "nat-gateway per hour and per GB"),
  "vpc.public-ipv4": one("address-hour", "vpc", "Hourly charge for In use Public IPv4 Addresses per Hrs"),
  "vpc.endpoint": one("endpoint-hour", "vpc", "Hourly charge for VPC Endpoints per Hrs"),
  "vpc.endpoint-data": tiered("GB", "vpc", [
    [0, "Charge for per GB data processed by VPC Endpoints per GB from 0 to 1048576"],
    [1_048_576, "Charge for per GB data processed by VPC Endpoints per GB from 1048576 to 5242880"],
    [5_242_880, "Charge for per GB data processed by VPC Endpoints per GB from 5242880 to Inf"],
  ]),
  "vpc.gateway-endpoint": one(
    "endpoint-hour",
    "vpc",
    "Hourly charge for AWS Gateway Load Balancer VPC Endpoint per Hrs",
  ),
  "vpc.gateway-endpoint-data": one(
    "GB",
    "vpc",
    "Charge for per GB data processed by AWS Gateway Load Balancer VPC Endpoint per GB",
  ),
  "vpc.vpn": one("connection-hour", "vpc", "CreateVpnConnection per Hrs"),
  "vpc.client-vpn": one("association-hour", "vpc", "Hourly charge for Client VPN Endpoints per Hourly"),
  "vpc.client-vpn-connection": one(
    "connection-hour",
    "vpc",
    "Hourly charge for Client VPN connections per Hourly",
  ),
  "transit.attachment": one(
    "attachment-hour",
    "vpc",
    "Hourly charge for Transit Gateway VPC Attachments per hour",
  ),
  "transit.data": one(
    "GB",
    "vpc",
    "Charge for per GB data processed by AWS Transit Gateways for VPC attachments per GigaBytes",
  ),
  "elb.application": one("hour", "elb", "Application Load Balancer Hours"),
  "elb.application-capacity": one("LCU-hour", "elb", "Application Load Balancer LCU Hours"),
  "elb.network": one("hour", "elb", "Network Load Balancer Hours"),
  "elb.network-capacity": one("NLCU-hour", "elb", "Network Load Balancer LCU Hours"),
  "elb.gateway": one("hour", "elb", "Gateway Load Balancer Hours"),
  "elb.gateway-capacity": one("GLCU-hour", "elb", "Gateway Load Balancer LCU Hours"),
  "elb.classic": one("hour", "elb", "Classic Load Balancer Hours"),
  "elb.classic-data": one("GB", "elb", "Classic Load Balancer Data"),
  "route53.zone": tiered("zone-month", "route53", [
    [0, "DNS Zone first 25"],
    [25, "DNS Zone"],
  ]),
  "route53.query": tiered("query", "route53", [
    [0, "Query Standard External first 1B"],
    [1e9, "Query Standard External over 1B"],
  ]),
  "route53.health-check": one("check-month", "route53", "Basic Health checks AWS per Mo"),
  "route53.health-check-outside": one(
    "check-month",
    "route53",
    "Basic Health checks External Non AWS per Mo",
  ),
  "route53.health-option": one("option-month", "route53", "Optional Health Check Features AWS per Mo"),
  "route53.health-option-outside": one(
    "option-month",
    "route53",
    "Optional Health Check Features External Non AWS per Mo",
  ),
  "route53.resolver-interface": one("interface-hour", "route53", "Query ENI"),
  "route53.resolver-query": tiered("query", "route53", [
    [0, "Query first 1B"],
    [1e9, "Query over 1B"],
  ]),
  "cloudfront.request": {
    unit: "HTTPS request",
    tiers: [{ from: 0, service: "cloudfront", name: CLOUDFRONT_REQUEST }],
  },
  "cloudfront.dedicated-ip": one(
    "distribution-month",
    "cloudfront",
    "Charge for using an SSL certificate with a CloudFront alternate domain name",
  ),
};

const API_AND_IDENTITY: Record<string, Wanted> = {
  "api.http": tiered("request of 512 KB", "apigateway", [
    [0, "ApiGatewayHttpApi First 300 million"],
    [300e6, "ApiGatewayHttpApi more than 300 million"],
  ]),
  "api.rest": tiered("request", "apigateway", [
    [0, "API Calls Number of up to 333 million"],
    [333e6, "API Calls Number of Request Next 667 million"],
    [1e9, "API Calls Number of Request Next 19 billion"],
    [20e9, "API Calls Number of Request Over 20 billion"],
  ]),
  "api.message": tiered("message of 32 KB", "apigateway", [
    [0, "WebSocket Messages Messages first 1 billion"],
    [1e9, "WebSocket Messages Messages over 1 billion"],
  ]),
  "api.connection": one("connection-minute", "apigateway", "WebSocket Connection Minutes"),
  "cognito.lite.user": tiered("monthly active user", "cognito", [
    [0, "User Pool MAU 0 upto 50000 per Requests"],
    [50_000, "User Pool MAU 50000 upto 950000 per Requests"],
    [950_000, "User Pool MAU 950000 upto 9950000 per Requests"],
    [9_950_000, "User Pool MAU 9950000 upto Inf per Requests"],
  ]),
  "cognito.advanced-security.user": tiered("monthly active user", "cognito", [
    [0, "ASF MAU Frist 50000 per Requests"],
    [50_000, "ASF MAU Next 50000 per Requests"],
    [100_000, "ASF MAU Next 900000 per Requests"],
    [1_000_000, "ASF MAU Next 9000000 per Requests"],
    [10_000_000, "ASF MAU Greater than 10000000 per Requests"],
  ]),
  "cognito.machine-client": tiered("client-month", "cognito", [
    [0, "User Pools M2M AppClients Full 0 upto 100 per CognitoUserPools M2MAppClientMo"],
    [100, "User Pools M2M AppClients Full 100 upto 500 per CognitoUserPools M2MAppClientMo"],
    [500, "User Pools M2M AppClients Full 500 upto Inf per CognitoUserPools M2MAppClientMo"],
  ]),
  "cognito.machine-token": tiered("token request", "cognito", [
    [0, "User Pools M2M Tokens Full 0 upto 250000 per CognitoUserPools M2MTokens"],
    [250_000, "User Pools M2M Tokens Full 250000 upto 5000000 per CognitoUserPools M2MTokens"],
    [5_000_000, "User Pools M2M Tokens Full 5000000 upto Inf per CognitoUserPools M2MTokens"],
  ]),
  "kms.key": one("key-month", "kms", "Encryption Key"),
  "kms.request": one("request", "kms", "API request - Non Free Tier"),
  "kms.asymmetric-request": one("request", "kms", "Asymmetric Requests except RSA_2048API"),
  "secrets.secret": one("secret-month", "secretsmanager", "Secret"),
  "secrets.request": one("request", "secretsmanager", "API Request"),
  "acm.authority": one("authority-month", "certificatemanager", "Certificate Authority Paid"),
  "acm.short-lived-authority": one(
    "authority-month",
    "certificatemanager",
    "Short lived Certificate Authority",
  ),
  "acm.issued": tiered("certificate", "certificatemanager", [
    [0, "Certificate Issued from 0 to 1000"],
    [1000, "Certificate Issued from 1000 to 10000"],
    [10_000, "Certificate Issued from 10001 and above"],
  ]),
  "acm.short-lived-issued": one("certificate", "certificatemanager", "Short lived Certificate Issued"),
  "waf.acl": one("ACL-month", "waf", "WebACL per month"),
  "waf.rule": one("rule-month", "waf", "Rules added per WebACL per month"),
  "waf.request": one("request", "waf", "Request Processed Tier1 per Request"),
  "ssm.advanced-parameter": one("parameter-hour", "systemsmanager", "Advanced Parameter"),
};

const OPERATIONS: Record<string, Wanted> = {
  "logs.ingested": one("GB", "cloudwatch", "Logs Collected Data Ingestion"),
  "logs.infrequent-ingested": one("GB", "cloudwatch", "IA Custom ingested Logs from 0 upto Inf"),
  "logs.vended": tiered("GB", "cloudwatch", [
    [0, "Vended Logs First 10TB"],
    [10_240, "Vended Logs Next 20TB"],
    [30_720, "Vended Logs Next Next 20TB"],
    [51_200, "Vended Logs over 50TB"],
  ]),
  "logs.delivered": tiered("GB", "cloudwatch", [
    [0, "Delivered Logs for first 10TB"],
    [10_240, "Delivered Logs for next 20TB"],
    [30_720, "Delivered Logs for next next 20 TB"],
    [51_200, "Delivered Logs for over 50TB"],
  ]),
  "cloudwatch.alarm": one("alarm metric-month", "cloudwatch", "Alarm Standard"),
  "cloudwatch.high-resolution-alarm": one("alarm metric-month", "cloudwatch", "Alarm High Resolution"),
  "cloudwatch.composite-alarm": one("alarm-month", "cloudwatch", "Alarm Composite"),
  "cloudwatch.dashboard": one("dashboard-month", "cloudwatch", "Dashboard Basic Dashboard"),
  "cloudwatch.metric": tiered("metric-month", "cloudwatch", [
    [0, "Metric for the first 10000"],
    [10_000, "Metric for the next 240000"],
    [250_000, "Metric for the next 750000"],
    [1_000_000, "Metric for over 1000000"],
  ]),
  "cloudwatch.stream-update": one("metric update", "cloudwatch", "Metric Streams MetricUpdate"),
  "xray.trace": one("trace", "xray", "Traces Stored"),
  "cloudwatch.canary-run": one("run", "cloudwatch", "Canaries per Runs"),
  "cloudtrail.management-event": one("event", "cloudtrail", "Management Paid Events Recorded"),
  "cloudtrail.data-event": one("event", "cloudtrail", "Data Events Recorded"),
  "cloudtrail.insight-event": one("event analysed", "cloudtrail", "Insights Events"),
  "cloudtrail.lake-year": one("GB", "cloudtrail", "Ingestion Bytes-1yearstore"),
  "cloudtrail.lake-fixed": tiered("GB", "cloudtrail", [
    [0, "Ingestion Bytes First 5TB"],
    [5_120, "Ingestion Bytes Next 20TB"],
    [25_600, "Ingestion Bytes Over 25TB"],
  ]),
  "config.item": one("configuration item", "config", "Config"),
  "config.evaluation": tiered("evaluation", "config", [
    [0, "Config Rules first 100000"],
    [100_000, "Config Rules next 400000"],
    [500_000, "Config Rules 500001 and more"],
  ]),
  "codepipeline.pipeline": one("pipeline-month", "codepipeline", "Active Pipeline Inf"),
  "codepipeline.minute": one("action minute", "codepipeline", "Action Execution Minutes Inf"),
  "athena.scanned": one("TB", "athena", "Athena Queries"),
};

const RDS_STORAGE = "Database Storage";

function rdsZones(zones: "single" | "multi"): Record<string, Wanted> {
  const az = zones === "single" ? "Single AZ" : "Multi AZ";
  const service = "rds-storage";
  const postgres = "rds-postgresql-ondemand";
  return {
    [`rds.${zones}.gp2`]: one("GB-month", service, `${RDS_STORAGE} ${az} General Purpose`),
    [`rds.${zones}.gp3`]: one("GB-month", service, `${RDS_STORAGE} ${az} General Purpose-GP3`),
    [`rds.${zones}.io1`]: one("GB-month", service, `${RDS_STORAGE} ${az} Provisioned IOPS`),
    [`rds.${zones}.io2`]: one(
      "GB-month",
      service,
      `${RDS_STORAGE} ${az} Provisioned IOPS-IO2`,
      NOT_IN_CAPE_TOWN,
    ),
    [`rds.${zones}.standard`]: one("GB-month", service, `${RDS_STORAGE} ${az} Magnetic`),
    [`rds.${zones}.gp3-iops`]: one("IOPS-month", service, `Provisioned GP3 IOPS ${az}`),
    [`rds.${zones}.gp3-throughput`]: one("MBps-month", service, `Provisioned Throughput ${az}`),
    [`rds.${zones}.io1-iops`]: one("IOPS-month", service, `Provisioned IOPS ${az}`),
    [`rds.${zones}.io2-iops`]: one("IOPS-month", postgres, `Provisioned IO2 IOPS ${az}`, NOT_IN_CAPE_TOWN),
  };
}

const PERFORMANCE_INSIGHTS = "Performance Insights";

const DATABASES: Record<string, Wanted> = {
  ...rdsZones("single"),
  ...rdsZones("multi"),
  "rds.backup": one("GB-month", "rds-storage", "Storage Snapshot"),
  "rds.standard-request": one("request", "rds-storage", "System Operation Magnetic"),
  "rds.insights-first-month": one(
    "vCPU-month",
    "rds-postgresql-ondemand",
    `${PERFORMANCE_INSIGHTS} ProvisionedFMR vCPU-Months`,
  ),
  "rds.insights-more-months": one(
    "vCPU-month",
    "rds-postgresql-ondemand",
    `${PERFORMANCE_INSIGHTS} ProvisionedAMR vCPU-Months`,
  ),
  "rds.proxy": one("vCPU-hour", "rds-proxy", "RDSProxy"),
  "aurora.stored": one("GB-month", "rds-storage", `${RDS_STORAGE} Single AZ General Purpose-Aurora`),
  "aurora.io-optimized.stored": one(
    "GB-month",
    "rds-storage",
    `${RDS_STORAGE} Single AZ IO Optimized-Aurora`,
  ),
  "aurora.request": one("I/O request", "rds-aurora-storage", "System Operation Aurora I O Operation"),
  "aurora.backup": one("GB-month", "rds-storage", "Storage Snapshot Aurora PostgreSQL"),
  "aurora.serverless": one("ACU-hour", "rds-aurora-storage", "Aurora PostgreSQL ServerlessV2"),
  "aurora.io-optimized.serverless": one(
    "ACU-hour",
    "rds-aurora-storage",
    "Aurora PostgreSQL ServerlessV2 Aurora IO Optimization Mode",
  ),
  "aurora.insights-first-month": one(
    "vCPU-month",
    "rds-aurora-storage",
    `${PERFORMANCE_INSIGHTS} Aurora PostgreSQL ProvisionedFMR vCPU Months`,
  ),
  "aurora.insights-more-months": one(
    "vCPU-month",
    "rds-aurora-storage",
    `${PERFORMANCE_INSIGHTS} Aurora PostgreSQL ProvisionedAMR vCPU Months`,
  ),
  "elasticache.serverless-valkey.stored": one(
    "GB-hour",
    "elasticache",
    "OnDemand ElastiCache Serverless Valkey per GB-Hours",
  ),
  "elasticache.serverless-valkey.request": one(
    "ECPU",
    "elasticache",
    "OnDemand ElastiCache Serverless Valkey per ElastiCacheProcessingUnit",
  ),
  "elasticache.serverless-redis.stored": one(
    "GB-hour",
    "elasticache",
    "OnDemand ElastiCache Serverless Redis per GB-Hours",
  ),
  "elasticache.serverless-redis.request": one(
    "ECPU",
    "elasticache",
    "OnDemand ElastiCache Serverless Redis per ElastiCacheProcessingUnit",
  ),
  "elasticache.serverless-memcached.stored": one(
    "GB-hour",
    "elasticache",
    "OnDemand ElastiCache Serverless Memcached per GB-Hours",
  ),
  "elasticache.serverless-memcached.request": one(
    "ECPU",
    "elasticache",
    "OnDemand ElastiCache Serverless Memcached per ElastiCacheProcessingUnit",
  ),
};

export const WANTED: Readonly<Record<string, Wanted>> = {
  ...DYNAMODB,
  ...STORAGE,
  ...EVENTS,
  ...COMPUTE,
  ...NETWORK,
  ...API_AND_IDENTITY,
  ...OPERATIONS,
  ...DATABASES,
};

function rdsClasses(service: string, engine: string, zones: string, mode = ""): ClassTable {
  const name = new RegExp(
    `^Database Instance ${engine} No license required ${mode}db (\\S+) .* ${zones}-AZ Current Generation$`,
  );
  return { unit: "hour", service, name };
}

function cacheClasses(engine: string): ClassTable {
  const name = new RegExp(
    `^OnDemand Cache Instance .* cache (\\S+) ${engine}(?: datatiering)? (?:Current|Previous) Generation$`,
  );
  return { unit: "node-hour", service: "elasticache", name };
}

export const CLASSES: Record<string, ClassTable> = {
  "ec2.linux": { unit: "hour", service: "ec2", name: /^OnDemand Linux-instancetype-(\S+)$/ },
  "rds.postgres.single": rdsClasses("rds-postgresql-ondemand", "PostgreSQL", "Single"),
  "rds.postgres.multi": rdsClasses("rds-postgresql-ondemand", "PostgreSQL", "Multi"),
  "rds.mysql.single": rdsClasses("rds-mysql-ondemand", "MySQL", "Single"),
  "rds.mysql.multi": rdsClasses("rds-mysql-ondemand", "MySQL", "Multi"),
  "rds.mariadb.single": rdsClasses("rds-mariadb-ondemand", "MariaDB", "Single"),
  "rds.mariadb.multi": rdsClasses("rds-mariadb-ondemand", "MariaDB", "Multi"),
  "aurora.postgres": rdsClasses("rds-aurora-ondemand", "Aurora PostgreSQL", "Single"),
  "aurora.mysql": rdsClasses("rds-aurora-ondemand", "Aurora MySQL", "Single"),
  "aurora.postgres.io-optimized": rdsClasses(
    "rds-aurora-ondemand",
    "Aurora PostgreSQL",
    "Single",
    "Aurora IO Optimization Mode ",
  ),
  "aurora.mysql.io-optimized": rdsClasses(
    "rds-aurora-ondemand",
    "Aurora MySQL",
    "Single",
    "Aurora IO Optimization Mode ",
  ),
  "elasticache.redis": cacheClasses("Redis"),
  "elasticache.valkey": cacheClasses("Valkey"),
  "elasticache.memcached": cacheClasses("Memcached"),
  "bedrock.input": { unit: "1M tokens", service: "bedrock", name: /^(\S+) input per 1M tokens$/ },
  "bedrock.output": { unit: "1M tokens", service: "bedrock", name: /^(\S+) output per 1M tokens$/ },
  "api.cache": { unit: "hour", service: "apigateway", name: /^Caching Memory Size (.+)$/ },
};
