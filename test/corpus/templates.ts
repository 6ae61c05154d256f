import type { Case } from "./corpus.ts";

const two = (label: Case["label"], name: string, base: string, text: string): Case => ({
  name,
  label,
  format: "two templates",
  base,
  text,
});
const one = (label: Case["label"], name: string, text: string): Case => ({
  name,
  label,
  format: "template",
  text,
});

const database = (properties: string, more = "") => `
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
${more}    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.medium
      AllocatedStorage: "100"
      StorageEncrypted: true
      ManageMasterUserPassword: true
      MasterUsername: shop
${properties}`;

const table = (key: string, more = "") => `
Resources:
  Carts:
    Type: AWS::DynamoDB::Table
${more}    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: ${key}, AttributeType: S}]
      KeySchema: [{AttributeName: ${key}, KeyType: HASH}]
  Topic:
    Type: AWS::SNS::Topic
`;

const role = (statement: string) => `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: work
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - ${statement}
`;

const group = (cidr: string, port: number) => `
Parameters:
  Office: {Type: String, Default: ${cidr}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: ${port}, ToPort: ${port}, CidrIp: !Ref Office}
`;

const bucket = (properties: string) => `
Resources:
  Photos:
    Type: AWS::S3::Bucket
    Properties:
${properties}`;

const SERVICE = (image: string, count: number, tag = "a") => `
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: app
      Cpu: "256"
      Memory: "512"
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{Name: app, Image: ${image}}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: FARGATE
      DesiredCount: ${count}
      TaskDefinition: !Ref Task
      Tags: [{Key: v, Value: ${tag}}]
`;

export const templateCases: readonly Case[] = [
  two("dangerous", "a table gets another key", table("cartId"), table("id")),
  two(
    "dangerous",
    "a database is left out",
    `${database("      MultiAZ: true\n")}  Topic: {Type: AWS::SNS::Topic}\n`,
    "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n",
  ),
  two(
    "dangerous",
    "a database loses its encryption",
    database("      MultiAZ: true\n"),
    database("      MultiAZ: true\n").replace("StorageEncrypted: true", "StorageEncrypted: false"),
  ),
  two(
    "dangerous",
    "a database becomes public",
    database("      PubliclyAccessible: false\n"),
    database("      PubliclyAccessible: true\n"),
  ),
  two(
    "dangerous",
    "a database loses its backups",
    database("      BackupRetentionPeriod: 14\n"),
    database("      BackupRetentionPeriod: 0\n"),
  ),
  two(
    "dangerous",
    "a table is no longer kept when it is deleted",
    table("id", "    DeletionPolicy: Retain\n"),
    table("id", "    DeletionPolicy: Delete\n"),
  ),
  two("dangerous", "SSH is opened by a parameter's default", group("10.0.0.0/8", 22), group("0.0.0.0/0", 22)),
  two(
    "dangerous",
    "a role comes to do everything",
    role("{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*'}"),
    role("{Effect: Allow, Action: '*', Resource: '*'}"),
  ),
  two(
    "dangerous",
    "a role may pass any role and create functions",
    role(
      `{Effect: Allow, Action: 'lambda:*', Resource: !Sub 'arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:x'}`,
    ),
    role(
      `{Effect: Allow, Action: ['lambda:CreateFunction', 'iam:PassRole'], Resource: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:*'}`,
    ).replace(`Resource: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:*'`, "Resource: '*'"),
  ),
  two(
    "dangerous",
    "a bucket is opened",
    bucket(
      "      PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}\n",
    ),
    bucket(
      "      PublicAccessBlockConfiguration: {BlockPublicAcls: false, BlockPublicPolicy: false, IgnorePublicAcls: false, RestrictPublicBuckets: false}\n",
    ),
  ),
  two(
    "dangerous",
    "a name leads elsewhere",
    "Resources: {Www: {Type: 'AWS::Route53::RecordSet', Properties: {HostedZoneName: example.com., Name: www.example.com., Type: A, TTL: '300', ResourceRecords: [192.0.2.1]}}}",
    "Resources: {Www: {Type: 'AWS::Route53::RecordSet', Properties: {HostedZoneName: example.com., Name: www.example.com., Type: A, TTL: '300', ResourceRecords: [198.51.100.1]}}}",
  ),
  one(
    "dangerous",
    "a stack with a public database and its password",
    database("      PubliclyAccessible: true\n").replace(
      "ManageMasterUserPassword: true",
      "MasterUserPassword: Sommer2024x",
    ),
  ),
  one("dangerous", "a stack that opens everything", group("0.0.0.0/0", 3306)),
  one(
    "dangerous",
    "a stack with an administrator",
    `
Resources:
  Admin:
    Type: AWS::IAM::User
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
`,
  ),
  two(
    "routine",
    "a table is tagged",
    table("id"),
    table("id").replace("      BillingMode", "      Tags: [{Key: team, Value: shop}]\n      BillingMode"),
  ),
  two("routine", "an image is bumped", SERVICE("app:1.0", 2), SERVICE("app:1.1", 2)),
  two("routine", "a service scales", SERVICE("app:1.0", 2), SERVICE("app:1.0", 4)),
  two("routine", "SSH is narrowed", group("0.0.0.0/0", 22), group("203.0.113.0/24", 22)),
  two(
    "routine",
    "a topic is left out",
    table("id"),
    table("id").replace("  Topic:\n    Type: AWS::SNS::Topic\n", ""),
  ),
  two(
    "routine",
    "a template says the same in other words",
    table("id"),
    JSON.stringify({
      Resources: {
        Carts: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            KeySchema: [{ KeyType: "HASH", AttributeName: "id" }],
            AttributeDefinitions: [{ AttributeType: "S", AttributeName: "id" }],
            BillingMode: "PAY_PER_REQUEST",
          },
        },
        Topic: { Type: "AWS::SNS::Topic" },
      },
    }),
  ),
  two(
    "routine",
    "a role may read one table",
    role("{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*'}"),
    role(
      `{Effect: Allow, Action: ['s3:GetObject', 'dynamodb:GetItem'], Resource: ['arn:aws:s3:::photos/*', !Sub 'arn:aws:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/carts']}`,
    ),
  ),
  two(
    "routine",
    "backups are kept longer",
    database("      BackupRetentionPeriod: 7\n"),
    database("      BackupRetentionPeriod: 14\n"),
  ),
  one(
    "routine",
    "a private bucket and a queue",
    `${bucket("      BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}\n")}
  Queue: {Type: AWS::SQS::Queue}
`,
  ),
  one("routine", "a service on Fargate", SERVICE("app:1.0", 2)),
  one("routine", "a web server's group", group("0.0.0.0/0", 443)),
  one(
    "routine",
    "a narrow role",
    role(
      `{Effect: Allow, Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: !Sub 'arn:aws:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/carts'}`,
    ),
  ),
];
