import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RealClock, VirtualClock } from "../../engine/clock.ts";

describe("the virtual clock", () => {
  it("stands still until it is moved", () => {
    const clock = new VirtualClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(500);
    expect(clock.now()).toBe(1_500);
  });

  it("wakes in order of time, each at its own time, and not those that were called off", () => {
    const clock = new VirtualClock(0);
    const woken: [string, number][] = [];
    clock.at(30, () => woken.push(["late", clock.now()]));
    clock.at(10, () => woken.push(["early", clock.now()]));
    clock.at(20, () => woken.push(["never", clock.now()])).cancel();
    clock.advance(100);
    expect(woken).toEqual([
      ["early", 10],
      ["late", 30],
    ]);
  });

  it("jumps to the next wake-up, also one that asks for another", () => {
    const clock = new VirtualClock(0);
    clock.at(10, () => void clock.at(15, () => {}));
    expect(clock.advanceToNextTimer()).toBe(true);
    expect(clock.advanceToNextTimer()).toBe(true);
    expect(clock.now()).toBe(15);
    expect(clock.advanceToNextTimer()).toBe(false);
  });
});

describe("the real clock", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("wakes after a year, although a timeout cannot be that long", () => {
    const year = 365 * 24 * 3_600_000;
    const clock = new RealClock();
    const wake = vi.fn();
    clock.at(clock.now() + year, wake);
    vi.advanceTimersByTime(year - 1_000);
    expect(wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(wake).toHaveBeenCalledOnce();
  });

  it("does not wake when it was called off after re-arming", () => {
    const clock = new RealClock();
    const wake = vi.fn();
    const timer = clock.at(clock.now() + 2 ** 32, wake);
    vi.advanceTimersByTime(2 ** 31);
    timer.cancel();
    vi.advanceTimersByTime(2 ** 33);
    expect(wake).not.toHaveBeenCalled();
  });
});
