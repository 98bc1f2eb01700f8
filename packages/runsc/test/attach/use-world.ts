// What the tests of the attacher share: a world for each test, on a clock of its own, and the attachers in it.
import { afterEach, beforeEach, vi } from "vitest";
import type { Attacher } from "../../src/attach/attacher.ts";
import { pass, World } from "./world.ts";

/** The world of the test that runs. */
export let world: World;
let attachers: Attacher[] = [];

/** Makes a world for each test of the file that calls it. */
export function useWorld(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    world = new World();
  });

  afterEach(async () => {
    const detached = Promise.all(attachers.map((each) => each.detach()));
    world.readOn();
    await pass(100_000);
    await detached;
    attachers = [];
    vi.useRealTimers();
  });
}

/** Attaches in the world; what is made detaches with the test. */
export function attach(...options: Parameters<World["attach"]>): ReturnType<World["attach"]> {
  const made = world.attach(...options);
  attachers.push(made.attacher);
  return made;
}
