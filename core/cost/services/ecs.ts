import { type Charge, charge, free, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { allKnown, type Fact, isKnown, mapFact, Unknown } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

/** Where a service's tasks run: Fargate, its spot market, or machines that are resources of their own. */
export type Launch = "fargate" | "spot" | "machines";

export interface TaskFacts {
  readonly vcpus: Fact<number>;
  readonly memoryGb: Fact<number>;
  readonly arm: Fact<boolean>;
  readonly windows: Fact<boolean>;
  readonly storageGb: Fact<number>;
}

export interface FargateServiceFacts {
  readonly launch: Fact<Launch>;
  readonly desired: Fact<number>;
  readonly publicAddress: Fact<boolean>;
  readonly task: TaskFacts;
}

/** Fargate includes this much disk with every task. */
const STORAGE_INCLUDED_GB = 20;

/** https://aws.amazon.com/fargate/pricing: vCPUs, memory and disk of the desired tasks, for as long as they run. */
export function ecsServiceCharges(
  { launch, desired, publicAddress, task }: FargateServiceFacts,
  use: Use<"AWS::ECS::Service">,
): readonly Charge[] {
  return whenKnown("tasks", { launch }, (known) => {
    if (known.launch === "machines") return [free("the tasks run on machines that are paid for themselves")];
    return whenKnown("tasks", { desired }, ({ desired: tasks }) => {
      const hours = tasks * use("hoursPerMonth");
      if (known.launch === "spot") return [charge("tasks on Fargate Spot", "fargate.spot", hours)];
      return [
        ...taskCharges(task, hours),
        ...whenKnown("public addresses", { publicAddress }, ({ publicAddress: has }) =>
          has ? [charge("public IPv4 addresses", "vpc.public-ipv4", hours)] : [],
        ),
      ];
    });
  });
}

function taskCharges(
  { vcpus, memoryGb, arm, windows, storageGb }: TaskFacts,
  hours: number,
): readonly Charge[] {
  return [
    ...whenKnown("task size", { vcpus, memoryGb, arm, windows }, (task) => {
      const prefix = task.windows ? "fargate.windows-" : task.arm ? "fargate.arm-" : "fargate.";
      const kind = task.windows ? "Windows" : task.arm ? "arm64" : "x86";
      return [
        charge(`vCPUs, ${kind}`, `${prefix}cpu`, task.vcpus * hours),
        charge(`memory, ${kind}`, `${prefix}memory`, task.memoryGb * hours),
        ...(task.windows ? [charge("Windows licence", "fargate.windows-license", task.vcpus * hours)] : []),
      ];
    }),
    ...whenKnown("task storage", { storageGb }, (task) => {
      const paidGb = task.storageGb - STORAGE_INCLUDED_GB;
      return paidGb > 0 ? [charge("storage beyond 20 GB", "fargate.storage", paidGb * hours)] : [];
    }),
  ];
}

export const ecsService = service({
  type: "AWS::ECS::Service",
  read: (properties): FargateServiceFacts => {
    const definition = properties.resource("TaskDefinition");
    return {
      launch: launchOf(properties, definition),
      desired: properties.number("DesiredCount", 1),
      publicAddress: mapFact(
        properties.text("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "DISABLED"),
        (assign) => assign === "ENABLED",
      ),
      task: isKnown(definition) ? readTask(definition.properties) : unknownTask(definition),
    };
  },
  charges: ecsServiceCharges,
});

type Definition = ReturnType<Properties["resource"]>;

function launchOf(properties: Properties, definition: Definition): Fact<Launch> {
  if (properties.has("LaunchType")) {
    return mapFact(properties.text("LaunchType"), (type): Fact<Launch> => {
      if (type === "FARGATE") return "fargate";
      return type === "EC2" ? "machines" : new Unknown(`we have no prices of the launch type ${type}`);
    });
  }
  if (properties.has("CapacityProviderStrategy")) return providersOf(properties);
  // Without a word the cluster's default decides, and only Fargate can run a task made for Fargate alone.
  const needs = mapFact(definition, ({ properties: task }) => task.texts("RequiresCompatibilities"));
  return mapFact(needs, (compatibilities) =>
    compatibilities.length === 1 && compatibilities[0] === "FARGATE"
      ? "fargate"
      : new Unknown("whether the cluster runs them on Fargate is not known"),
  );
}

function providersOf(properties: Properties): Fact<Launch> {
  return mapFact(properties.children("CapacityProviderStrategy"), (strategies) => {
    const names = strategies.map((strategy) => strategy.text("CapacityProvider"));
    if (names.includes("FARGATE_SPOT")) return "spot";
    if (names.includes("FARGATE")) return "fargate";
    return names.every(isKnown) ? "machines" : new Unknown("its capacity provider is not known");
  });
}

function readTask(definition: Properties): TaskFacts {
  return {
    vcpus: mapFact(definition.text("Cpu"), (cpu) => amount(cpu, /vcpu/i, 1024, "Cpu")),
    memoryGb: mapFact(definition.text("Memory"), (memory) => amount(memory, /gb/i, 1024, "Memory")),
    arm: mapFact(definition.text("RuntimePlatform.CpuArchitecture", "X86_64"), (name) => name === "ARM64"),
    windows: mapFact(definition.text("RuntimePlatform.OperatingSystemFamily", "LINUX"), (name) =>
      name.startsWith("WINDOWS"),
    ),
    storageGb: definition.number("EphemeralStorage.SizeInGiB", STORAGE_INCLUDED_GB),
  };
}

function unknownTask(why: Unknown): TaskFacts {
  return { vcpus: why, memoryGb: why, arm: why, windows: why, storageGb: STORAGE_INCLUDED_GB };
}

/** "512" counts in parts of a whole, "0.5 vCPU" and "1 GB" in wholes. */
function amount(text: string, whole: RegExp, partsPerWhole: number, name: string): Fact<number> {
  const value = Number.parseFloat(text);
  if (!(value > 0)) return new Unknown(`${name} is not a size we can price`);
  return whole.test(text) ? value : value / partsPerWhole;
}

/** The cluster is free; what its insights add to CloudWatch is not. */
export const ecsCluster = service({
  type: "AWS::ECS::Cluster",
  read: (properties) => ({ insights: hasInsights(properties) }),
  charges: ({ insights }) => [
    free("a cluster is free, its tasks are not"),
    ...whenKnown("Container Insights", { insights }, ({ insights: on }) =>
      on ? [unpriced("Container Insights: how many metrics it adds is not known")] : [],
    ),
  ],
});

function hasInsights(properties: Properties): Fact<boolean> {
  return mapFact(properties.children("ClusterSettings"), (settings) => {
    const values = allKnown(settings.map((setting) => setting.text("Value", "disabled")));
    return mapFact(values, (known) => known.some((value) => value !== "disabled"));
  });
}

export const eksCluster = service({
  type: "AWS::EKS::Cluster",
  read: () => ({}),
  charges: () => [charge("cluster", "eks.cluster", HOURS_PER_MONTH)],
});
