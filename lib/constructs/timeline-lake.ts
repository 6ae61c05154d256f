import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { CfnRule } from "aws-cdk-lib/aws-events";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnDeliveryStream } from "aws-cdk-lib/aws-kinesisfirehose";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Duration, type RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { type LogTarget, logAccess } from "./access-log-bucket.ts";
import { acknowledgeWildcards } from "./acknowledge.ts";
import { PRIVATE_BUCKET } from "./private-bucket.ts";

export interface TimelineLakeProps {
  readonly mesh: string;
  readonly busName: string;
  readonly bucketName: string;
  readonly key: IKey;
  readonly accessLogs: LogTarget;
  readonly removalPolicy: RemovalPolicy;
}

/** Everything that goes over the bus, as lines of JSON that Athena can be asked about. */
export class TimelineLake extends Construct {
  constructor(scope: Construct, id: string, props: TimelineLakeProps) {
    super(scope, id);
    const bucket = new Bucket(this, "Bucket", {
      bucketName: props.bucketName,
      ...PRIVATE_BUCKET,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      lifecycleRules: [
        { id: "answers", prefix: "answers/", expiration: Duration.days(30) },
        {
          id: "tidy",
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: props.removalPolicy,
    });
    logAccess(bucket, props.accessLogs, id);
    this.#deliver(bucket, props);
    this.#describe(bucket, props);
  }

  #deliver(bucket: Bucket, { mesh, busName, key }: TimelineLakeProps): void {
    const stack = Stack.of(this);
    const role = new Role(this, "DeliveryRole", {
      roleName: `${mesh}-timeline-delivery`,
      assumedBy: new ServicePrincipal("firehose.amazonaws.com"),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["s3:PutObject", "s3:AbortMultipartUpload"],
        resources: [bucket.arnForObjects("timeline/*"), bucket.arnForObjects("timeline-failed/*")],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ["s3:GetBucketLocation", "s3:ListBucket"],
        resources: [bucket.bucketArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key.keyArn] }),
    );
    acknowledgeWildcards(role, {
      ...Object.fromEntries(
        ["timeline/*", "timeline-failed/*"].map((prefix) => [
          `<${stack.getLogicalId(bucket.node.defaultChild as never)}.Arn>/${prefix}`,
          "Firehose names its objects by the time",
        ]),
      ),
    });
    const stream = new CfnDeliveryStream(this, "Stream", {
      deliveryStreamName: `${mesh}-timeline`,
      deliveryStreamType: "DirectPut",
      deliveryStreamEncryptionConfigurationInput: { keyType: "CUSTOMER_MANAGED_CMK", keyArn: key.keyArn },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: "timeline/dt=!{timestamp:yyyy-MM-dd}/",
        errorOutputPrefix: "timeline-failed/!{firehose:error-output-type}/",
        bufferingHints: { intervalInSeconds: 300, sizeInMBs: 5 },
        compressionFormat: "GZIP",
        // Athena reads a document a line.
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "AppendDelimiterToRecord",
              parameters: [{ parameterName: "Delimiter", parameterValue: "\\n" }],
            },
          ],
        },
      },
    });
    stream.node.addDependency(role);
    const sender = new Role(this, "SenderRole", {
      roleName: `${mesh}-timeline-sender`,
      assumedBy: new ServicePrincipal("events.amazonaws.com"),
    });
    sender.addToPolicy(
      new PolicyStatement({
        actions: ["firehose:PutRecord", "firehose:PutRecordBatch"],
        resources: [stream.attrArn],
      }),
    );
    new CfnRule(this, "Rule", {
      name: `${mesh}-timeline`,
      eventBusName: busName,
      eventPattern: { account: [stack.account] },
      targets: [{ id: "timeline", arn: stream.attrArn, roleArn: sender.roleArn, inputPath: "$.detail" }],
    });
  }

  #describe(bucket: Bucket, { mesh, key }: TimelineLakeProps): void {
    const { account } = Stack.of(this);
    const database = new CfnDatabase(this, "Database", {
      catalogId: account,
      databaseInput: { name: mesh.replaceAll("-", "_"), description: "What Conductor's workspace has done" },
    });
    const columns = ["id", "executionId", "type", "at", "actor", "data"].map((name) => ({
      name: name.toLowerCase(),
      type: "string",
    }));
    new CfnTable(this, "Timeline", {
      catalogId: account,
      databaseName: database.ref,
      tableInput: {
        name: "timeline",
        tableType: "EXTERNAL_TABLE",
        partitionKeys: [{ name: "dt", type: "string" }],
        parameters: {
          "projection.enabled": "true",
          "projection.dt.type": "date",
          "projection.dt.format": "yyyy-MM-dd",
          "projection.dt.range": "2026-01-01,NOW",
          "storage.location.template": `s3://${bucket.bucketName}/timeline/dt=\${dt}/`,
        },
        storageDescriptor: {
          location: `s3://${bucket.bucketName}/timeline/`,
          inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
          serdeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
          columns,
        },
      },
    });
    new CfnWorkGroup(this, "WorkGroup", {
      name: mesh,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        // A question that reads more than this has lost its way: a gigabyte costs half a cent, and is years of timeline.
        bytesScannedCutoffPerQuery: 10 * 1024 ** 3,
        resultConfiguration: {
          outputLocation: `s3://${bucket.bucketName}/answers/`,
          encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKey: key.keyArn },
        },
      },
    });
  }
}
