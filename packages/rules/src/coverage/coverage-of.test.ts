import { describe, expect, it } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { createFieldRegistry } from "../fields/field-registry.ts";
import { coverageOf, type RuleCoverage } from "./coverage-of.ts";
import { describeReason } from "./reason.ts";
import { type StreamShape, wholeStream } from "./stream-shape.ts";

/** What is said of the one rule with that condition. */
function cover(condition: string, stream?: StreamShape, output = "x"): RuleCoverage {
  const [covered] = coverageOf(mustLoad(ruleYaml(condition, output)), stream && { stream });
  if (covered === undefined) throw new Error("no rule");
  return covered;
}

function reasonsOf(condition: string, output?: string): readonly string[] {
  return cover(condition, undefined, output).reasons.map(describeReason);
}

describe("on all that gVisor tells", () => {
  it.each<[string, boolean]>([
    ["evt.type = openat", true],
    ["evt.type = symlink", true],
    ["evt.type = symlink and evt.arg.linkpath startswith /etc", false],
    ["evt.type = symlink and not evt.arg.linkpath startswith /etc", true],
    ["evt.type = symlink and not (not evt.arg.linkpath startswith /etc)", false],
    ["evt.type = symlink and evt.arg.linkpath exists", false],
    ["evt.type = symlink and evt.arg.linkpath != x", false],
    ["evt.type in (unlink, openat) and (fd.name = /x or evt.arg.path = /x)", true],
    ["evt.type = unlink and (fd.name = /x or evt.arg.path = /x)", false],
    ["evt.type = kill and evt.arg.sig = 9", true],
    ["evt.type = kill and evt.arg.name = 9", false],
    ["evt.type = switch", false],
    ["evt.type = openat and evt.dir = >", false],
    ["evt.type = procexit and evt.dir = >", true],
    ["evt.type = openat and evt.num = 0", false],
    ["evt.type = openat and evt.num < 1", false],
    ["evt.type = openat and evt.num <= 1", true],
    ["evt.type = openat and not evt.num = 0", true],
    ["evt.type = execve and fd.name exists", false],
    ["evt.type = execve and user.loginuid >= 1000", false],
    ["evt.type = execve and user.loginuid < 0", true],
    ["evt.type = openat2 and evt.is_open_write = true", false],
    ["evt.type = openat2 and evt.is_open_write = false", true],
    ["evt.type = openat and container.image.repository = x", false],
    ["evt.type = openat and not container.image.repository = x", true],
    ["evt.type = openat and tolower(container.image.repository) = x", false],
    ["evt.type = openat and thread.cap_effective contains x", false],
    ["evt.type = openat and fd.name = val(container.name)", false],
    ["evt.type.is.openat = 1", true],
    ["syscall.type = openat", true],
    ["evt.type = gap and gap.kind = drop", true],
    ["evt.type = openat and gap.kind = drop", false],
    ["evt.type = gap and gap.kind = dorp", false],
    ["evt.type = gap and gap.kind != dorp", true],
    ["evt.type = openat and gvisor.is_raw = true", true],
    ["evt.type = setns and gvisor.is_raw = false", false],
    ["evt.type = openat and proc.name in ()", false],
    ["proc.name = cat", true],
  ])("%s: %s", (condition, canFire) => {
    expect(cover(condition).canFire).toBe(canFire);
  });

  it("says on which events a rule can fire", () => {
    const { eventTypes } = cover("evt.type in (openat, execve, unlink) and fd.num >= 0");
    expect(eventTypes).toEqual(["openat"]);
  });

  it("says why not", () => {
    expect(reasonsOf("evt.type in (switch, scapevent)")).toEqual([
      "no point of gVisor reports scapevent, switch events",
    ]);
    expect(reasonsOf("evt.type in (mkdir, mkdirat) and evt.arg.path = /bin")).toEqual([
      "evt.arg.path has no value on mkdir, mkdirat events: the call comes raw, as numbers without paths and data",
    ]);
    expect(reasonsOf("evt.type = openat and k8s.ns.name = x")).toEqual([
      "k8s.ns.name has no value without container metadata",
    ]);
    expect(reasonsOf("evt.type = openat and proc.name = a and proc.name = b")).toEqual([
      '"proc.name = a" and "proc.name = b" exclude each other',
    ]);
    expect(reasonsOf("evt.type = openat and evt.type = close")).toEqual([
      expect.stringMatching(/exclude each other$|^no type of event is all that it asks of evt\.type$/),
    ]);
    expect(reasonsOf("evt.type = openat and evt.num = 0")).toEqual([
      '"evt.num = 0" is settled on openat events: it never comes out as the rule asks',
    ]);
  });

  it("says what of a rule that can fire comes to nothing", () => {
    expect(reasonsOf("evt.type in (openat, openat2) and fd.name = /x")).toEqual([
      'fd.name is always "" on openat2 events: the call comes raw, as numbers without paths and data',
    ]);
    expect(reasonsOf("evt.type = openat and not k8s.ns.name = x", "%k8s.pod.name %fd.cip.name")).toEqual([
      "k8s.ns.name has no value without container metadata",
      expect.stringContaining("the output's fd.cip.name never has a value: "),
      "the output's k8s.pod.name has no value without container metadata",
    ]);
    expect(reasonsOf("evt.type = setns")).toEqual([
      "setns events come raw only: a session must ask for syscall/sysno/308/exit on x64, syscall/sysno/268/exit on arm64",
    ]);
  });

  it("blames what is about the events, and not what is about others", () => {
    const deletes = "(evt.type = unlink and evt.arg.path = /x)";
    const opens = "(evt.type = openat and fd.name = /x)";
    expect(reasonsOf(`${deletes} or ${opens}`)).toEqual([
      "evt.arg.path has no value on unlink events: the call comes raw, as numbers without paths and data",
    ]);
  });
});

describe("on less", () => {
  const metadata: StreamShape = { ...wholeStream, filledBy: new Set(["container"]) };

  it("knows what is filled from outside", () => {
    const { canFire, reasons } = cover("evt.type = openat and container.image.repository = x", metadata);
    expect({ canFire, reasons }).toEqual({ canFire: true, reasons: [] });
  });

  it("never fires where nothing comes", () => {
    const nothing: StreamShape = { points: [], filledBy: new Set(), seeded: false };
    const { canFire, reasons } = cover("evt.type = openat", nothing);
    expect(canFire).toBe(false);
    expect(reasons).toEqual([
      {
        kind: "missing-point",
        points: ["syscall/openat/exit"],
        eventTypes: ["openat"],
        fields: [],
        use: "condition",
        effect: "never",
      },
    ]);
    expect(cover("evt.type = gap", nothing).canFire).toBe(true);
  });
});

it("judges rules that are not enabled as if they were", () => {
  const [covered] = coverageOf(mustLoad(`${ruleYaml("evt.type = openat")}  enabled: false\n`));
  expect(covered).toEqual({
    rule: "r",
    enabled: false,
    canFire: true,
    eventTypes: ["openat"],
    reasons: [{ kind: "disabled" }],
  });
});

it("knows what users' own fields say of themselves", () => {
  const fields = createFieldRegistry();
  fields.register({
    name: "app.tenant",
    type: "string",
    description: "Whose sandbox it is.",
    filledBy: "tenant",
    read: () => undefined,
  });
  const [covered] = coverageOf(mustLoad(ruleYaml("evt.type = openat", "%app.tenant"), { fields }));
  expect(covered?.reasons.map(describeReason)).toEqual([
    "the output's app.tenant has no value without tenant metadata",
  ]);
});
