import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type ConnectedSandbox, Connections } from "../../src/attach/connections.ts";
import type { FoundSandbox } from "../../src/attach/find-sandboxes.ts";
import { createRunsc } from "../../src/index.ts";
import { testFolder } from "../fake-runsc.ts";

function peer(cmdline: string, pid = 7): ConnectedSandbox {
  return { id: "what it says", arch: "x64", peer: { pid, cmdline: cmdline.split(" ") } };
}

function found(root: string, id: string, pid = 1): FoundSandbox {
  return { root, id, pid, containers: [id], runsc: createRunsc({ path: "/bin/true", root }) };
}

it("finds a connection by root and id, and only by both", () => {
  const connections = new Connections({ parentOf: () => undefined });
  const a = peer("runsc --root=/a run x");
  const b = peer("runsc --root=/b create x");
  const later = peer("runsc --root=/b trace create x");
  for (const each of [a, b, later]) connections.add(each);
  expect(connections.of(found("/a", "x"))).toBe(a);
  expect(connections.of(found("/b", "x"))).toBe(later);
  expect(connections.of(found("/c", "x"))).toBeUndefined();
  expect(connections.of(found("/a", "y"))).toBeUndefined();
  connections.remove(later);
  expect(connections.of(found("/b", "x"))).toBe(b);
  connections.remove(b);
  connections.remove(b);
  expect(connections.of(found("/b", "x"))).toBeUndefined();
});

it("takes what a sandbox says of itself for nothing", () => {
  const connections = new Connections({ parentOf: () => undefined });
  connections.add({ ...peer("runsc --root=/a run x"), id: "y" });
  connections.add({ ...peer("something else"), id: "z" });
  expect(connections.of(found("/a", "y"))).toBeUndefined();
  expect(connections.of(found("/a", "z"))).toBeUndefined();
});

it("knows a root by whatever link it was named", () => {
  const folder = testFolder();
  mkdirSync(join(folder, "real"));
  symlinkSync("real", join(folder, "link"));
  const connections = new Connections({ parentOf: () => undefined });
  const linked = peer(`runsc --root=${folder}/link run x`);
  connections.add(linked);
  expect(connections.of(found(join(folder, "real"), "x"))).toBe(linked);
});

it("takes a peer without a root for one of runsc's own", () => {
  const connections = new Connections({ parentOf: () => undefined });
  const own = peer("runsc run x");
  connections.add(own);
  expect(connections.of(found("/run/runsc", "x"))).toBe(own);
  expect(connections.of(found("/run/user/1000/runsc", "x"))).toBe(own);
  expect(connections.of(found("/run/docker/runtime-runc/moby", "x"))).toBeUndefined();
});

it("knows runsc do by its process, as long as that is the parent", () => {
  const parents = new Map([[21, 20]]);
  const connections = new Connections({ parentOf: (pid) => parents.get(pid) });
  const own = peer("runsc do sh -c x", 20);
  connections.add(own);
  expect(connections.of(found("/run/runsc", "runsc-1", 21))).toBe(own);
  expect(connections.of(found("/run/runsc", "runsc-2", 22))).toBeUndefined();
  connections.remove(own);
  expect(connections.of(found("/run/runsc", "runsc-1", 21))).toBeUndefined();
});
