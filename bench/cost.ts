import { estimate } from "../core/cost/estimate.ts";
import { templateResources } from "../core/cost/template.ts";
import { figuresOf, row, timed } from "./measure.ts";

/** How long pricing a template takes, and whether it grows with the template alone. */
const KINDS = [
  ["AWS::DynamoDB::Table", { BillingMode: "PAY_PER_REQUEST" }],
  ["AWS::S3::Bucket", {}],
  ["AWS::Lambda::Function", { MemorySize: 256, Architectures: ["arm64"] }],
  ["AWS::SQS::Queue", {}],
  [
    "AWS::RDS::DBInstance",
    { Engine: "postgres", DBInstanceClass: "db.t4g.micro", AllocatedStorage: "20", StorageType: "gp3" },
  ],
  ["AWS::IAM::Role", {}],
] as const;

function template(size: number): object {
  const entries = Array.from({ length: size }, (_, index) => {
    const [Type, Properties] = KINDS[index % KINDS.length] ?? KINDS[0];
    return [`r${index}`, { Type, Properties }];
  });
  return { Resources: Object.fromEntries(entries) };
}

for (const size of [10, 100, 1_000, 10_000]) {
  const source = template(size);
  const price = () => estimate(templateResources(source as never), { region: "af-south-1" });
  price();
  const times: number[] = [];
  for (let run = 0; run < 11; run++) times.push(await timed(price));
  row(`pricing ${size} resources`, figuresOf(times), "ms", size === 1_000 ? "< 50 ms" : "linear");
}
