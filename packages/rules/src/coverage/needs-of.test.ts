import { describe, expect, it } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { createFieldRegistry } from "../fields/field-registry.ts";
import type { LoadOptions } from "../loading/load-rules.ts";
import { needsOf, type PointNeeds } from "./needs-of.ts";
import { wholeStream } from "./stream-shape.ts";

function pointsOf(condition: string, output = "x", options: LoadOptions = {}): readonly PointNeeds[] {
  const [needs] = needsOf(mustLoad(ruleYaml(condition, output), options));
  if (needs === undefined) throw new Error("no rule");
  return needs.points;
}

describe("needsOf", () => {
  it("names the points of the events that a rule can match, and what its fields are made of", () => {
    expect(pointsOf("evt.type = openat and fd.name = /x and proc.name = cat", "%user.name")).toEqual([
      {
        point: "syscall/openat/exit",
        eventType: "openat",
        condition: new Set(["context:thread_id", "descriptors", "directories", "names", "memory"]),
        output: new Set(["identities"]),
      },
    ]);
  });

  it("names every point of a type, and raw ones only where there is no other", () => {
    const names = (condition: string): readonly string[] => pointsOf(condition).map(({ point }) => point);
    expect(names("evt.type = execve")).toEqual(["container/start", "syscall/execve/exit"]);
    expect(names("evt.type = setns")).toEqual(["syscall/sysno/308/exit", "syscall/sysno/268/exit"]);
    expect(names("evt.type = unlink and evt.arg.path = /x")).toEqual([]);
    expect(names("evt.type = gap")).toEqual([]);
    expect(names("evt.type = openat and proc.name = a and proc.name = b")).toEqual([]);
  });

  it("asks for nothing that an event does not have", () => {
    const [point] = pointsOf("evt.type = setns", "%fd.name %fd.cip.name %container.name");
    expect([...(point?.output ?? [])]).toEqual(["context:thread_id", "descriptors", "directories"]);
    expect(pointsOf("evt.type = setuid", "%fd.name")[0]?.output).toEqual(new Set());
  });

  it("asks for what users' own fields need, and for what is added to the output", () => {
    const fields = createFieldRegistry();
    const read = (): undefined => undefined;
    fields.register({ name: "app.env", type: "string", description: "d", needs: ["optional:env"], read });
    const needsOfOutput = (output: string, options: LoadOptions): ReadonlySet<unknown> | undefined =>
      pointsOf("evt.type = openat", output, { fields, ...options })[0]?.output;
    expect(needsOfOutput("%app.env", {})).toEqual(new Set(["optional:env"]));
    const append = [{ extraOutput: "%user.uid", extraFields: ["app.env"] }];
    expect(needsOfOutput("x", { output: { append } })).toEqual(
      new Set(["context:thread_id", "identities", "optional:env"]),
    );
  });

  it("takes rules that were loaded with containers to be told of those", () => {
    const condition = "evt.type = openat and container.image.repository = nginx";
    expect(pointsOf(condition)).toEqual([]);
    const [point] = pointsOf(condition, "x", { containers: () => undefined });
    expect(point?.condition).toEqual(new Set(["context:container_id"]));
  });

  it("asks for sockets alone where the condition holds for nothing else", () => {
    const ofDup = (condition: string): boolean | undefined =>
      pointsOf(`evt.type = dup and ${condition}`)[0]?.condition.has("sockets");
    expect(ofDup("fd.type in (ipv4, ipv6)")).toBe(true);
    expect(ofDup("(fd.typechar = 4 or fd.sport = 80) and proc.name = sh")).toBe(true);
    expect(ofDup("not fd.type in (file, ipv4)")).toBe(false);
    expect(ofDup("(fd.type = ipv4 or fd.name = /x)")).toBe(false);
    expect(pointsOf("evt.type = connect and fd.name contains x")[0]?.condition).toContain("sockets");
  });

  it("tells what is read from memory that the caller can change", () => {
    const reads = (condition: string): boolean | undefined => pointsOf(condition)[0]?.condition.has("memory");
    expect(reads("evt.type = openat and fd.name = /x")).toBe(true);
    expect(reads("evt.type = openat and fd.num > 3 and proc.name = x")).toBe(false);
    expect(reads("evt.type = connect and fd.sip = 10.0.0.1")).toBe(true);
    expect(reads("evt.type = chdir and evt.arg.path = /x")).toBe(true);
    expect(reads("evt.type = openat and evt.arg.flags contains x")).toBe(false);
    expect(reads("evt.type = dup and fd.name = /x")).toBe(false);
  });

  it("tells who looks at gaps", () => {
    const [needs] = needsOf(mustLoad(ruleYaml("evt.type = gap and gap.kind = drop")));
    expect(needs?.gaps).toBe(true);
    expect(needsOf(mustLoad(ruleYaml("evt.type = openat")))[0]?.gaps).toBe(false);
  });

  it("names the raw point of a call that the release does not decode", () => {
    const old = wholeStream.points.filter(({ name }) => !name.startsWith("syscall/ptrace/"));
    const [needs] = needsOf(mustLoad(ruleYaml("evt.type = ptrace")), {
      stream: { ...wholeStream, points: old },
    });
    expect(needs?.points.map(({ point }) => point)).toEqual([
      "syscall/sysno/101/exit",
      "syscall/sysno/117/exit",
    ]);
  });
});
