import { arn, hex, type Kind, letters, nameOf, property, type Subject } from "./kind.ts";

const lower = (name: string) => (subject: Subject) => nameOf(subject, name, 63).toLowerCase();

function table(subject: Subject, id: string) {
  const Arn = arn(subject, "dynamodb", `table/${id}`);
  const day = 1 + (Number.parseInt(hex(subject, 2, "stream"), 16) % 28);
  return { Arn, StreamArn: `${Arn}/stream/2025-01-${String(day).padStart(2, "0")}T09:00:00.000` };
}

function databasePort(subject: Subject): string {
  const engine = property(subject, "Engine") ?? "";
  return property(subject, "Port") ?? (engine.includes("postgres") ? "5432" : "3306");
}

/** The host names of one account and region share a label. */
function host(subject: Subject, id: string, part = ""): string {
  return `${id}.${part}${letters(subject, 12, "host")}.${subject.region}.rds.amazonaws.com`;
}

function masterSecret(subject: Subject): string {
  return arn(subject, "secretsmanager", `secret:rds!db-${hex(subject, 32, "secret")}`);
}

export const STORAGE: Readonly<Record<string, Kind>> = {
  "AWS::S3::Bucket": {
    name: "BucketName",
    unique: "world",
    id: lower("BucketName"),
    attributes: (subject, id) => ({
      Arn: `arn:aws:s3:::${id}`,
      DomainName: `${id}.s3.amazonaws.com`,
      RegionalDomainName: `${id}.s3.${subject.region}.amazonaws.com`,
      DualStackDomainName: `${id}.s3.dualstack.${subject.region}.amazonaws.com`,
      WebsiteURL: `http://${id}.s3-website.${subject.region}.amazonaws.com`,
    }),
    // Slower than most, so that a name taken by somebody else shows when other resources are complete.
    seconds: { create: 40, update: 20, delete: 5 },
  },
  "AWS::S3::BucketPolicy": {
    id: (subject) => property(subject, "Bucket") ?? letters(subject, 12),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::DynamoDB::Table": {
    name: "TableName",
    unique: "account",
    attributes: table,
    seconds: { create: 15, update: 12, delete: 10 },
  },
  "AWS::DynamoDB::GlobalTable": {
    name: "TableName",
    unique: "account",
    attributes: table,
    seconds: { create: 25, update: 20, delete: 15 },
  },
  "AWS::RDS::DBInstance": {
    name: "DBInstanceIdentifier",
    unique: "account",
    id: lower("DBInstanceIdentifier"),
    attributes: (subject, id) => ({
      "Endpoint.Address": host(subject, id),
      "Endpoint.Port": databasePort(subject),
      DBInstanceArn: arn(subject, "rds", `db:${id}`),
      DbiResourceId: `db-${letters(subject, 26, "resource").toUpperCase()}`,
      "MasterUserSecret.SecretArn": masterSecret(subject),
    }),
    seconds: { create: 480, update: 180, delete: 300 },
    snapshots: true,
  },
  "AWS::RDS::DBCluster": {
    name: "DBClusterIdentifier",
    unique: "account",
    id: lower("DBClusterIdentifier"),
    attributes: (subject, id) => ({
      "Endpoint.Address": host(subject, id, "cluster-"),
      "Endpoint.Port": databasePort(subject),
      "ReadEndpoint.Address": host(subject, id, "cluster-ro-"),
      DBClusterArn: arn(subject, "rds", `cluster:${id}`),
      DBClusterResourceId: `cluster-${letters(subject, 26, "resource").toUpperCase()}`,
      "MasterUserSecret.SecretArn": masterSecret(subject),
    }),
    seconds: { create: 90, update: 60, delete: 60 },
    snapshots: true,
  },
  "AWS::RDS::DBSubnetGroup": {
    name: "DBSubnetGroupName",
    unique: "account",
    id: lower("DBSubnetGroupName"),
    seconds: { create: 4 },
  },
  "AWS::RDS::DBParameterGroup": {
    name: "DBParameterGroupName",
    unique: "account",
    id: lower("DBParameterGroupName"),
    seconds: { create: 12 },
  },
  "AWS::RDS::DBClusterParameterGroup": {
    name: "DBClusterParameterGroupName",
    unique: "account",
    id: lower("DBClusterParameterGroupName"),
    seconds: { create: 12 },
  },
  "AWS::ElastiCache::ReplicationGroup": {
    name: "ReplicationGroupId",
    unique: "account",
    id: lower("ReplicationGroupId"),
    attributes: (subject, id) => ({
      "PrimaryEndPoint.Address": `${id}.${letters(subject, 6, "host")}.ng.0001.afs1.cache.amazonaws.com`,
      "PrimaryEndPoint.Port": property(subject, "Port") ?? "6379",
    }),
    seconds: { create: 400, update: 200, delete: 250 },
    snapshots: true,
  },
  "AWS::EFS::FileSystem": {
    id: (subject) => `fs-${hex(subject, 17)}`,
    attributes: (subject, id) => ({
      Arn: arn(subject, "elasticfilesystem", `file-system/${id}`),
      FileSystemId: id,
    }),
    seconds: { create: 12 },
  },
  "AWS::EFS::MountTarget": {
    id: (subject) => `fsmt-${hex(subject, 17)}`,
    seconds: { create: 90, delete: 40 },
    untagged: true,
  },
  "AWS::EC2::Volume": {
    id: (subject) => `vol-${hex(subject, 17)}`,
    attributes: (_subject, id) => ({ VolumeId: id }),
    seconds: { create: 12 },
    snapshots: true,
  },
};
