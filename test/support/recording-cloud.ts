import type { Cloud } from "../../core/cloud/cloud.ts";
import type { World } from "../../core/ports.ts";

/** A world whose cloud writes down every call that reaches the account, in order. */
export function recording(world: World, calls: string[]): World {
  return { ...world, cloud: (environment) => recordingCloud(world.cloud(environment), calls) };
}

function recordingCloud(cloud: Cloud, calls: string[]): Cloud {
  return {
    ...cloud,
    reader: () => recorded(cloud.reader(), calls),
    planner: () => recorded(cloud.planner(), calls),
    applier: (session) => recorded(cloud.applier(session), calls),
  };
}

function recorded<Port extends object>(port: Port, calls: string[]): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        calls.push(String(name));
        return (member as (...values: unknown[]) => unknown).apply(target, given);
      };
    },
  });
}
