import { DeleteEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { describe, expect, test } from "vitest";
import { clientOf } from "../../../adapters/aws/clients.ts";
import { EventBridgeBus } from "../../../adapters/aws/event-bus.ts";
import type { EventsRefused } from "../../../core/events/event-bus.ts";
import { TestClock } from "../../support/clock.ts";
import { anEvent, createBus, eventsPartlyTaken, type ListenedBus } from "../../support/event-buses.ts";
import type { FaultProxy } from "../../support/fault-proxy.ts";
import { describeFaults, patience } from "../../support/messaging-faults.ts";
import { faultsBefore, useMoto } from "../../support/moto.ts";
import { type Moto, wireIsMissing } from "../../support/moto-server.ts";

interface Bench extends ListenedBus {
  readonly proxy: FaultProxy;
  readonly clock: TestClock;
  readonly bus: EventBridgeBus;
}

async function bench(moto: Moto, waiting = patience): Promise<Bench> {
  const proxy = await faultsBefore(moto);
  const clock = new TestClock();
  const listened = await createBus(moto.place());
  const place = moto.place({ endpoint: proxy.endpoint, patience: waiting });
  return { ...listened, proxy, clock, bus: new EventBridgeBus(place, listened.name, clock) };
}

const four = [1, 2, 3, 4].map((seq) => anEvent(seq));

describe.skipIf(wireIsMissing)("the event bus on EventBridge", () => {
  const moto = useMoto();

  describeFaults("publishing an event", { on: "PutEvents", most: 3 }, async (waiting) => {
    const { proxy, bus, arrived } = await bench(moto(), waiting);
    return { proxy, call: () => bus.publish([anEvent(1)]), done: async () => (await arrived()).length };
  });

  test("costs a call for ten events, and one in five minutes to see that the bus is there", async () => {
    const { proxy, clock, bus } = await bench(moto());
    await bus.publish(Array.from({ length: 21 }, (_, i) => anEvent(i)));
    expect(proxy.count()).toEqual({ DescribeEventBus: 1, PutEvents: 3 });
    await bus.publish(four);
    expect(proxy.count()).toEqual({ PutEvents: 1 });
    clock.advance(300_000);
    await bus.publish(four);
    expect(proxy.count()).toEqual({ DescribeEventBus: 1, PutEvents: 1 });
  });

  test("sends again only what failed by itself", async () => {
    const { proxy, bus, arrived } = await bench(moto());
    proxy.inject(eventsPartlyTaken(undefined, "ThrottlingException", undefined, "InternalFailure"), {
      on: "PutEvents",
    });
    await bus.publish(four);
    expect((await arrived()).map(({ seq }) => seq)).toEqual([2, 4]);
    expect(proxy.count()["PutEvents"]).toBe(2);
  });

  test("tells which events did not get through, those refused at once and those refused again and again", async () => {
    const { proxy, bus } = await bench(moto());
    proxy.inject(eventsPartlyTaken(undefined, "MalformedDetail", "ThrottlingException", undefined), {
      on: "PutEvents",
    });
    proxy.inject(eventsPartlyTaken("ThrottlingException"), { on: "PutEvents", times: 3 });
    const error = await bus.publish(four).catch((one: unknown) => one);
    expect(error).toMatchObject({
      name: "EventsRefused",
      message: expect.stringContaining("MalformedDetail: so"),
    });
    expect([...(error as EventsRefused).ids]).toEqual(["exec_1#2", "exec_1#3"]);
    expect(proxy.count()["PutEvents"]).toBe(4);
  });

  test("that is not there is told by its name, before anything is lost on it", async () => {
    const { proxy, bus, name } = await bench(moto());
    const gone = { name: "ResourceMissing", message: expect.stringContaining(`the event bus ${name}`) };
    await clientOf(moto().place(), EventBridgeClient).send(new DeleteEventBusCommand({ Name: name }));
    await expect(bus.publish(four)).rejects.toMatchObject(gone);
    await expect(bus.publish(four)).rejects.toMatchObject(gone);
    expect(proxy.count()).toEqual({ DescribeEventBus: 2 });
  });

  test("that vanished is noticed within five minutes", async () => {
    const { bus, clock, name } = await bench(moto());
    await bus.publish(four);
    await clientOf(moto().place(), EventBridgeClient).send(new DeleteEventBusCommand({ Name: name }));
    clock.advance(300_000);
    await expect(bus.publish(four)).rejects.toMatchObject({ name: "ResourceMissing" });
  });
});
