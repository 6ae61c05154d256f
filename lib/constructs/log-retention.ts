import { RetentionDays } from "aws-cdk-lib/aws-logs";

const OFFERED = Object.values(RetentionDays)
  .filter((days): days is RetentionDays => typeof days === "number")
  .sort((a, b) => a - b);

/** The shortest retention CloudWatch Logs offers that keeps logs at least so many days. */
export function retentionOfAtLeast(days: number): RetentionDays {
  return OFFERED.find((offered) => offered >= days) ?? RetentionDays.INFINITE;
}
