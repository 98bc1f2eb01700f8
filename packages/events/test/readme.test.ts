import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { everyGap, everyType, type ToldType } from "./every-type.ts";
import { eventsOf } from "./message.ts";

/** A row of a table: its cells behind the first. */
type Row = readonly (readonly string[])[];

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The table that begins with `heading`, by each of the names in its first column. */
function readTable(heading: string): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  const table = readme.slice(readme.indexOf(heading));
  for (const line of table.slice(0, table.indexOf("\n\n")).split("\n").slice(2)) {
    const [names = "", ...cells] = line.split("|").slice(1, -1);
    for (const [, name = ""] of names.matchAll(/`([a-z0-9_]+)`/g)) {
      expect(rows.has(name), `${name} is there once`).toBe(false);
      rows.set(name, cells.map(listOf));
    }
  }
  return rows;
}

function listOf(cell: string): string[] {
  return cell
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
}

const rows = readTable("| type | `args` |");
const types = Object.keys(everyType) as ToldType[]; // which is what its keys are

describe("the README's table of events", () => {
  it("has every type, and no other", () => {
    expect([...rows.keys()].sort()).toEqual([...types, "syscall", "gap", "sandbox_end"].sort());
  });

  it.each(types)("has the parameters of %s as they are, and its messages", (type) => {
    const { message, others, numbers } = everyType[type];
    const sysno = BigInt(numbers.x64 ?? 0);
    const [args = [], messages] = rows.get(type) ?? [];
    for (const name of [message, ...others]) {
      const event = eventsOf(name, name.startsWith("SYSCALL") ? { sysno } : {}).find(
        (one) => one.type === type,
      );
      expect(Object.keys(event?.args ?? {}).sort(), name).toEqual([...args].sort());
      expect(messages).toContain(name);
    }
  });
});

it("the README's table of gaps has every kind, and what comes with it", () => {
  const table = [...readTable("| kind | beside it |")].map(([kind, [args = []]]) => [kind, ...args]);
  const gaps = Object.values(everyGap).map(({ kind, ...args }) => [kind, ...Object.keys(args)]);
  expect(table.sort()).toEqual(gaps.sort());
});
