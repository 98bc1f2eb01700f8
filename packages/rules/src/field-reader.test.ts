import { TraceError } from "@sentrytap/core";
import { expect, test } from "vitest";
import { makeEvent, makeOpen, makeProcess, makeThread } from "../test/tracked-event.ts";
import { createFieldReader } from "./field-reader.ts";
import { createFieldRegistry } from "./fields/field-registry.ts";

test("gives each field's value, in order, with null for none", () => {
  const reader = createFieldReader(["fd.num", "proc.name", "proc.exe", "evt.is_open_read", "fd.l4proto"]);
  expect(reader.names).toEqual(["fd.num", "proc.name", "proc.exe", "evt.is_open_read", "fd.l4proto"]);
  expect(reader.read(makeOpen())).toEqual([3, "cat", "cat", true, "<NA>"]);
  const gone = makeEvent("gap", { kind: "drop", count: 3 }, { thread: undefined, result: undefined });
  expect(reader.read(gone)).toEqual([null, null, null, false, null]);
});

test("takes arguments, and fields of several values, as conditions do", () => {
  const grandparent = makeProcess({ pid: 1, name: "init" });
  const parent = makeProcess({ pid: 2, name: "sh", parent: grandparent });
  const thread = makeThread(makeProcess({ parent }));
  const reader = createFieldReader([
    "proc.aname",
    "proc.aname[2]",
    "evt.arg.flags",
    "evt.arg[1]",
    "proc.env[PATH]",
  ]);
  expect(reader.read(makeOpen({ thread }))).toEqual([
    ["sh", "init"],
    "init",
    "O_RDONLY",
    "AT_FDCWD",
    "/usr/bin",
  ]);
});

test("counts events and measures time as rules do: enters are not seen", () => {
  const reader = createFieldReader(["evt.num", "evt.deltatime", "evt.reltime", "evt.rawtime"]);
  expect(reader.read(makeOpen({ timeNs: 100n }))).toEqual([1, 0n, 0n, 100n]);
  expect(reader.read(makeOpen({ timeNs: 120n, direction: "enter" }))).toBeUndefined();
  expect(reader.read(makeOpen({ timeNs: 150n }))).toEqual([2, 50n, 50n, 150n]);
  expect(reader.read(makeOpen({ timeNs: undefined }))).toEqual([3, null, null, null]);
  expect(reader.read(makeOpen({ timeNs: 160n }))).toEqual([4, 0n, 60n, 160n]);
});

test("reads fields of one's own, and the host's name", () => {
  const fields = createFieldRegistry();
  fields.register({ name: "app.tenant", type: "string", description: "d", read: () => "acme" });
  const reader = createFieldReader(["app.tenant", "evt.hostname"], { fields, hostname: "h1" });
  expect(reader.read(makeOpen())).toEqual(["acme", "h1"]);
});

test.each([
  ["proc.nam", 'there is no field "proc.nam": did you mean "proc.name"?'],
  ["evt.arg.flag", 'no event has an argument "flag": did you mean "flags"?'],
  ["evt.arg", 'the field "evt.arg" needs the name or number of an argument: evt.arg.fd, evt.arg[0]'],
  ["proc.name[1]", 'the field "proc.name" takes no argument: take [1] away'],
  ["proc.aname[x]", 'the argument of "proc.aname" must be a number such as 1, not "x"'],
  ["nonsense", '"nonsense" is no field'],
  ["tolower(proc.name)", '"tolower(proc.name)" is no field'],
  ["proc.name x", '"proc.name x" is no field'],
  ["", '"" is no field'],
])("refuses %j and says how to mend it", (name, message) => {
  const create = (): unknown => createFieldReader(["proc.pid", name]);
  expect(create).toThrow(TraceError);
  expect(create).toThrow(message);
});
