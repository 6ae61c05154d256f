import { charge, free, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service } from "../service.ts";

/** https://aws.amazon.com/backup/pricing: a vault is free, what it keeps is charged by where it came from. */
export const backupVault = service({
  type: "AWS::Backup::BackupVault",
  read: () => ({}),
  charges: (_facts, use) => [
    charge("database snapshots", "rds.backup", use("databaseGb")),
    charge("volume snapshots", "ebs.snapshot", use("volumeGb")),
    charge("file system backups", "backup.efs", use("fileSystemGb")),
    charge("table backups", "backup.dynamodb", use("tableGb")),
    charge("bucket backups", "backup.s3", use("bucketGb")),
  ],
});

/** https://aws.amazon.com/ecr/pricing: images, by GB kept. */
export const repository = service({
  type: "AWS::ECR::Repository",
  read: () => ({}),
  charges: (_facts, use) => [charge("images", "ecr.stored", use("storedGb"))],
});

/** https://aws.amazon.com/cloudtrail/pricing: the first copy of management events is free by nature. */
export const trail = service({
  type: "AWS::CloudTrail::Trail",
  read: (properties) => ({
    data: selectsData(properties),
    insights: properties.count("InsightSelectors", 0),
  }),
  charges: ({ data, insights }, use) => [
    charge(
      "further copies of management events",
      "cloudtrail.management-event",
      use("copiedManagementEventsPerMonth"),
    ),
    ...whenKnown("data events", { data }, (known) =>
      known.data ? [charge("data events", "cloudtrail.data-event", use("dataEventsPerMonth"))] : [],
    ),
    ...whenKnown("insights", { insights }, (known) =>
      known.insights > 0
        ? [
            charge(
              "events analysed",
              "cloudtrail.insight-event",
              known.insights * use("analysedEventsPerMonth"),
            ),
          ]
        : [],
    ),
  ],
});

function selectsData(properties: Properties) {
  if (properties.has("AdvancedEventSelectors")) return true;
  return mapFact(properties.children("EventSelectors"), (selectors) =>
    selectors.some((selector) => selector.has("DataResources")),
  );
}

export const eventDataStore = service({
  type: "AWS::CloudTrail::EventDataStore",
  read: (properties) => ({
    fixed: mapFact(
      properties.text("BillingMode", "EXTENDABLE_RETENTION_PRICING"),
      (mode) => mode === "FIXED_RETENTION_PRICING",
    ),
  }),
  charges: ({ fixed }, use) =>
    whenKnown("ingestion", { fixed }, (known) => [
      charge(
        "ingestion",
        known.fixed ? "cloudtrail.lake-fixed" : "cloudtrail.lake-year",
        use("ingestedGbPerMonth"),
      ),
    ]),
});

/** https://aws.amazon.com/athena/pricing: SQL by TB scanned. */
export const workGroup = service({
  type: "AWS::Athena::WorkGroup",
  read: (properties) => ({
    engine: properties.text("WorkGroupConfiguration.EngineVersion.SelectedEngineVersion", "AUTO"),
  }),
  charges: ({ engine }, use) =>
    whenKnown("queries", { engine }, (known) =>
      known.engine.includes("PySpark")
        ? [unpriced("queries: how long Spark runs is not known")]
        : [charge("data scanned", "athena.scanned", use("scannedTbPerMonth"))],
    ),
});

/** https://aws.amazon.com/ses/pricing: by mail; its attachments and its dedicated addresses are not counted. */
export const emailIdentity = service({
  type: "AWS::SES::EmailIdentity",
  read: () => ({}),
  charges: (_facts, use) => [charge("mails sent", "ses.email", use("emailsPerMonth"))],
});

export const configRule = service({
  type: "AWS::Config::ConfigRule",
  read: () => ({}),
  charges: (_facts, use) => [charge("evaluations", "config.evaluation", use("evaluationsPerMonth"))],
});

export const configRecorder = service({
  type: "AWS::Config::ConfigurationRecorder",
  read: () => ({}),
  charges: (_facts, use) => [charge("configuration items", "config.item", use("itemsPerMonth"))],
});

/** https://aws.amazon.com/systems-manager/pricing: parameters are free but for the advanced ones. */
export const parameter = service({
  type: "AWS::SSM::Parameter",
  read: (properties) => ({ tier: properties.text("Tier", "Standard") }),
  charges: ({ tier }) =>
    whenKnown("parameter", { tier }, (known) => [
      known.tier === "Advanced"
        ? charge("advanced parameter", "ssm.advanced-parameter", HOURS_PER_MONTH)
        : free("standard parameters are free"),
    ]),
});

/** https://aws.amazon.com/codepipeline/pricing: by pipeline (V1) or by minute of its actions (V2). */
export const pipeline = service({
  type: "AWS::CodePipeline::Pipeline",
  read: (properties) => ({ kind: properties.text("PipelineType", "V1") }),
  charges: ({ kind }, use) =>
    whenKnown("pipeline", { kind }, (known) => [
      known.kind === "V2"
        ? charge("action minutes", "codepipeline.minute", use("actionMinutesPerMonth"))
        : charge("active pipeline", "codepipeline.pipeline", 1),
    ]),
});
