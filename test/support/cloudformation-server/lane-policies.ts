import type { Policy } from "../iam/evaluate.ts";

export type LaneName = "readOnly" | "dryRun" | "apply";

const READING = [
  "cloudformation:DescribeStacks",
  "cloudformation:DescribeStackEvents",
  "cloudformation:ListStackResources",
  "cloudformation:DescribeChangeSet",
  "cloudformation:GetTemplate",
  "cloudformation:DetectStackResourceDrift",
  "rds:DescribeDBSnapshots",
  "rds:DescribeDBClusterSnapshots",
  "dynamodb:ListBackups",
  "sts:GetCallerIdentity",
];

const allow = (Action: readonly string[], Resource = "*") => ({ Effect: "Allow", Action, Resource }) as const;

/** What each lane's role may do at most, in any stack. */
export const LANE_POLICIES: Readonly<Record<LaneName, (serviceRole: string) => Policy>> = {
  readOnly: () => ({ Version: "2012-10-17", Statement: [allow(READING)] }),
  dryRun: (serviceRole) => ({
    Version: "2012-10-17",
    Statement: [
      allow([...READING, "cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "s3:PutObject"]),
      {
        ...allow(["iam:PassRole"], serviceRole),
        Condition: { StringEquals: { "iam:PassedToService": "cloudformation.amazonaws.com" } },
      },
    ],
  }),
  apply: () => ({
    Version: "2012-10-17",
    Statement: [
      allow([
        ...READING,
        "cloudformation:ExecuteChangeSet",
        "cloudformation:CancelUpdateStack",
        "cloudformation:ContinueUpdateRollback",
        "cloudformation:DeleteStack",
        "cloudformation:SetStackPolicy",
      ]),
    ],
  }),
};
