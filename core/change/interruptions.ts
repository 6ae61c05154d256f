/**
 * Properties of which CloudFormation's specification says that changing them may recreate the resource, and its
 * documentation that they only interrupt it ("Update requires: Some interruptions"), for types that hold data.
 */
const INTERRUPT: Readonly<Record<string, readonly string[]>> = {
  "AWS::RDS::DBInstance": [
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "DBParameterGroupName",
    "MultiAZ",
    "PreferredMaintenanceWindow",
    "StorageType",
  ],
  "AWS::EC2::Instance": ["EbsOptimized", "InstanceType", "SecurityGroupIds", "UserData", "AdditionalInfo"],
  "AWS::ElastiCache::ReplicationGroup": ["NumNodeGroups", "NodeGroupConfiguration"],
  "AWS::ElastiCache::CacheCluster": ["NumCacheNodes"],
};

/** True when changing a property that may recreate a resource never does. */
export function onlyInterrupts(type: string, property: string): boolean {
  return INTERRUPT[type]?.includes(property) === true;
}
