import { steeredClock, TARGETS, topic } from "../../adapters/embedded/sandbox/workbench.ts";
import { StackWork } from "../../contract/cloud-bench.ts";
import { startCloudFormation } from "../cloudformation-server/server.ts";
import { wireCloud } from "../cloudformation-server/wire-cloud.ts";
import { FaultProxy } from "../fault-proxy.ts";
import type { PortOnTrial } from "./trial.ts";

const target = TARGETS.dev;

export const CLOUD: PortOnTrial = {
  port: "cloud",
  adapter: "CloudFormation, STS",
  does: "executes a change set",
  on: "ExecuteChangeSet",
  worksOn: "change set",
  async open(_moto, patience) {
    const clock = steeredClock();
    const account = await startCloudFormation({ target, clock });
    const proxy = await FaultProxy.before(account.url);
    const cloud = wireCloud({ ...account, url: proxy.endpoint }, clock, patience);
    const work = new StackWork({ target, clock, cloud, controls: account.controls });
    const changeSet = await work.plan({ A: topic() });
    const { stackId } = changeSet;
    return {
      proxy,
      call: () => work.execute(changeSet),
      there: async () => {
        const events = await account.cloud.reader().stackEvents(stackId);
        return events
          .filter(({ physicalId, status }) => physicalId === stackId && status === "CREATE_IN_PROGRESS")
          .map(() => changeSet.name);
      },
      vanish: () => account.cloud.planner().deleteChangeSet(changeSet.arn),
      end: () => account.close(),
    };
  },
};
