import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RunscFailure } from "../../src/index.ts";
import { type Box, failed, pass, World } from "./world.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reasons: readonly RunscFailure[] = ["timed-out", "failed", "session-exists", "not-running"];

/** What can happen on a machine, to one of its sandboxes or to all. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      what: fc.constantFrom("run", "start", "foreign", "dead", "end", "lose", "free"),
      at: fc.nat(7),
    }),
    fc.record({
      what: fc.constantFrom("fail"),
      at: fc.nat(7),
      call: fc.constantFrom("create", "delete", "list", "procfs", "ps"),
      reason: fc.constantFrom(...reasons),
    }),
    fc.record({ what: fc.constantFrom("pass"), ms: fc.constantFrom(0, 1, 300, 2_000, 7_000) }),
    fc.record({ what: fc.constantFrom("read", "unread", "blind", "see") }),
  ),
  { minLength: 5, maxLength: 60, size: "max" },
);

type Step = typeof steps extends fc.Arbitrary<readonly (infer S)[]> ? S : never;

class Machine {
  readonly world = new World();
  /** Those whose session is not for us to remove. */
  readonly others = new Set<Box>();

  /** Ids are few, and come again. */
  #free(): string {
    const used = this.world.boxes.map(({ id }) => id);
    for (let n = used.length % 4; ; n++) if (!used.includes(`box${n}`)) return `box${n}`;
  }

  take(step: Step): void | Promise<void> {
    const { world } = this;
    const box = "at" in step ? world.boxes[step.at % Math.max(world.boxes.length, 1)] : undefined;
    switch (step.what) {
      case "run":
        world.add(this.#free());
        return;
      case "start": {
        const started = world.add(this.#free());
        this.others.add(started);
        world.start(started);
        return;
      }
      case "foreign":
      case "dead":
        this.others.add(world.add(this.#free(), { session: step.what === "dead" ? "gone" : "alive" }));
        return;
      case "end":
        if (box !== undefined) world.end(box);
        return;
      case "lose": // somebody has removed its session
        if (box?.connection === undefined) return;
        box.session = undefined;
        world.disconnect(box);
        return;
      case "free":
        if (box?.session === "alive" && box.connection === undefined) box.session = "gone";
        return;
      case "fail":
        if ("call" in step && box !== undefined) {
          box.failures[step.call] = [...(box.failures[step.call] ?? []), step.reason];
        }
        return;
      case "pass":
        return "ms" in step ? pass(step.ms) : undefined;
      case "read":
        world.readOn();
        return;
      case "unread":
        world.reads = false;
        return;
      case "blind":
        world.unreadable = [failed("no-permission")];
        return;
      case "see":
        world.unreadable = [];
    }
  }

  /** From here on nothing goes wrong. */
  calm(): void {
    const { world } = this;
    world.unreadable = [];
    for (const box of world.boxes) {
      box.failures = {};
      if (box.session === "alive" && box.connection === undefined) box.session = "gone";
    }
    world.readOn();
  }
}

it("in the end every sandbox is connected once, whatever happened; and those that were attached, no more after detach", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const machine = new Machine();
      const { world } = machine;
      const { attacher } = world.attach();
      for (const step of all) await machine.take(step);
      machine.calm();
      await pass(200_000);
      const stats = new Map(attacher.stats().sandboxes.map((each) => [each.id, each]));
      for (const box of world.boxes) {
        expect({ id: box.id, session: box.session }).toEqual({ id: box.id, session: "alive" });
        expect(world.server.sandboxes).toContain(box.connection);
        expect(stats.get(box.id)?.state).toBe("connected");
      }
      expect(stats.size).toBe(world.boxes.length);
      expect(world.stolen).toEqual([]);
      // Each connection of a sandbox that ran already was seeded once, or told why not.
      const seeded = world.seeded.map(({ sandbox }) => sandbox);
      expect(new Set(seeded).size).toBe(seeded.length);

      const detached = attacher.detach();
      await pass(100_000);
      await detached;
      for (const box of world.boxes) {
        const isOurs = stats.get(box.id)?.isOurs;
        expect({ id: box.id, session: box.session }).toEqual({
          id: box.id,
          session: isOurs === true ? undefined : "alive",
        });
        if (!machine.others.has(box)) expect(isOurs).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
