import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget } from "./budget.ts";
import { Coverage } from "./coverage.ts";
import { DescriptorTable } from "./descriptor-table.ts";
import { KnownSockets } from "./known-sockets.ts";
import { plainDescriptor } from "./make-descriptor.ts";

const file = (name: string, closeOnExec = false): ReturnType<typeof plainDescriptor> =>
  plainDescriptor("file", name, closeOnExec);

function table(limit = 100, budget: Budget = new Budget(1e6)): { table: DescriptorTable; budget: Budget } {
  return {
    table: new DescriptorTable(limit, budget, { sockets: new KnownSockets(), coverage: new Coverage() }),
    budget,
  };
}

describe("DescriptorTable", () => {
  it("forgets the oldest where it is full, and counts it", () => {
    const { table: one, budget } = table(2);
    for (const fd of [3, 4, 3, 5]) one.set(fd, file(`/${fd}`));
    expect([one.get(3), one.get(4)?.name, one.get(5)?.name, one.size]).toEqual([undefined, "/4", "/5", 2]);
    expect(budget.evictedDescriptors).toBe(1);
  });

  it("takes numbers of any size, but no negative ones", () => {
    const { table: one } = table();
    one.set(2 ** 40, file("/far"));
    one.set(-1, file("/none"));
    expect([one.get(2 ** 40)?.name, one.get(-1), one.size]).toEqual(["/far", undefined, 1]);
  });

  it("is copied when one of two changes, and is charged twice only then", () => {
    const { table: parent, budget } = table();
    parent.set(3, file("/x"));
    const alone = budget.used;
    const child = parent.fork();
    expect([child.get(3)?.name, budget.used]).toEqual(["/x", alone]);
    child.set(4, file("/y"));
    expect([parent.get(4), child.get(3)?.name, budget.used]).toEqual([undefined, "/x", alone * 3]);
    parent.delete(3);
    expect([parent.size, child.size, budget.used]).toEqual([0, 2, alone * 2]);
  });

  it("is not copied where the other is gone", () => {
    const { table: parent, budget } = table();
    parent.set(3, file("/x"));
    const child = parent.fork();
    const alone = budget.used;
    parent.release();
    child.delete(77);
    child.set(3, file("/z"));
    expect([budget.used, parent.size, child.get(3)?.name]).toEqual([alone, 0, "/z"]);
    child.release();
    expect(budget.used).toBe(0);
  });

  it("that is shared stays until the last has gone", () => {
    const { table: one, budget } = table();
    one.set(3, file("/x"));
    expect(one.share()).toBe(one);
    one.release();
    expect(one.get(3)?.name).toBe("/x");
    const mine = one.unshare();
    expect(mine, "nobody else has it").toBe(one);
    one.share();
    const other = one.unshare();
    expect(other).not.toBe(one);
    other.release();
    one.release();
    expect(budget.used).toBe(0);
  });

  it("closes on exec what is marked, and nothing of the table it was copied from", () => {
    const { table: parent } = table();
    parent.set(3, file("/keep"));
    parent.set(4, file("/a", true));
    parent.set(5, file("/b", true));
    const child = parent.fork();
    child.closeOnExec();
    expect([child.size, parent.size, child.get(3)?.name]).toEqual([1, 3, "/keep"]);
  });

  it("is emptied where memory runs out", () => {
    const { table: one, budget } = table(100, new Budget(1000));
    for (let fd = 0; fd < 6; fd++) one.set(fd, file("/x"));
    const { table: two } = table(100, budget);
    for (let fd = 0; fd < 6; fd++) two.set(fd, file("/y"));
    expect([one.size, two.size, budget.forgotten]).toEqual([0, 6, 1]);
    one.set(9, file("/again"));
    expect(one.get(9)?.name).toBe("/again");
  });

  it("is what a simple map would be, with every byte accounted for", () => {
    const action = fc.record({
      kind: fc.constantFrom("set", "set", "delete", "fork", "release", "exec" as const),
      which: fc.nat(5),
      fd: fc.nat(4),
      name: fc.string({ maxLength: 3 }),
      closeOnExec: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const budget = new Budget(1e9);
        const pairs = [
          {
            ours: new DescriptorTable(100, budget, { sockets: new KnownSockets(), coverage: new Coverage() }),
            plain: new Map<number, ReturnType<typeof file>>(),
          },
        ];
        for (const { kind, which, fd, name, closeOnExec } of actions) {
          const pair = pairs[which % pairs.length];
          if (pair === undefined) break;
          const { ours, plain } = pair;
          if (kind === "set") {
            const descriptor = file(name, closeOnExec);
            ours.set(fd, descriptor);
            plain.set(fd, descriptor);
          } else if (kind === "delete") {
            ours.delete(fd);
            plain.delete(fd);
          } else if (kind === "fork") {
            pairs.push({ ours: ours.fork(), plain: new Map(plain) });
          } else if (kind === "exec") {
            ours.closeOnExec();
            for (const [key, value] of plain) if (value.closeOnExec) plain.delete(key);
          } else {
            ours.release();
            pairs.splice(which % pairs.length, 1);
          }
          for (const each of pairs) {
            for (let i = 0; i < 5; i++) expect(each.ours.get(i)).toBe(each.plain.get(i));
            expect(each.ours.size).toBe(each.plain.size);
          }
        }
        for (const { ours } of pairs) ours.release();
        expect(budget.used).toBe(0);
      }),
    );
  });
});
