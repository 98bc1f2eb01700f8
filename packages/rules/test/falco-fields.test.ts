import { describe, expect, test } from "vitest";
import type { FieldDescription } from "../src/fields/field-registry.ts";
import { createFieldLookup } from "../src/fields/field-registry.ts";
import { hasReference, readReference } from "./reference.ts";

const lookup = createFieldLookup();
const known = new Map(Array.from(lookup, (field) => [field.name, field]));

/** Falco's types, and what stands for each here. */
const types: Readonly<Record<string, FieldDescription["type"]>> = {
  CHARBUF: "string",
  "LIST(CHARBUF)": "string",
  BYTEBUF: "bytes",
  BOOL: "boolean",
  INT16: "int16",
  INT32: "int32",
  INT64: "number",
  UINT32: "uint32",
  UINT64: "unsigned",
  DOUBLE: "double",
  PORT: "port",
  IPADDR: "ip",
  IPNET: "net",
  ABSTIME: "time",
  RELTIME: "duration",
};

/** Fields whose names go on behind the last dot, with one that there is. */
const families: Readonly<Record<string, string>> = {
  "evt.arg": "evt.arg.fd",
  "evt.rawarg": "evt.rawarg.fd",
  "evt.type.is": "evt.type.is.open",
  "thread.cgroup": "thread.cgroup.cpuset",
};

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const byNumber = words(
  "proc.args proc.aargs proc.aname proc.aexe proc.aexepath proc.acmdline proc.apid fd.types",
);
const byWord = words("proc.env proc.aenv");

const there = hasReference("Falco's fields");

describe.runIf(there)("Falco's fields", () => {
  // What describes tests is run also where they are skipped.
  const lines = there ? readReference("spec/falco-fields.tsv").trim().split("\n").slice(1) : [];
  const fields = lines.map((line) => line.split("\t"));

  test.each(fields)("%s is %s", (name = "", type = "") => {
    const member = families[name];
    if (member !== undefined) {
      expect(lookup.bind(member, undefined)).toMatchObject({ name: member });
      expect(lookup.bind(name, undefined)).toBeTypeOf("string");
      return;
    }
    expect(known.get(name)?.type).toBe(types[type]);
    expect(known.get(name)).toMatchObject(argumentOf(name));
  });

  function argumentOf(name: string): Pick<FieldDescription, "argument" | "argumentRequired"> {
    if (name === "evt.around") return { argument: "word", argumentRequired: true };
    const argument = byNumber.includes(name) ? "index" : byWord.includes(name) ? "word" : "none";
    return { argument, argumentRequired: false };
  }
});

// Those of Falco's container plugin: by type, with [] where they must have an argument.
const ofContainers: Readonly<Partial<Record<FieldDescription["type"], string>>> = {
  string: `
    container.id container.full_id container.name container.image container.image.id container.type container.mounts
    container.mount[] container.mount.source[] container.mount.dest[] container.mount.mode[] container.mount.rdwr[]
    container.mount.propagation[] container.image.repository container.image.tag container.image.digest
    container.healthcheck container.liveness_probe container.readiness_probe container.ip container.cni.json
    container.label[] container.labels k8s.pod.name k8s.ns.name k8s.pod.id k8s.pod.uid k8s.pod.sandbox_id
    k8s.pod.full_sandbox_id k8s.pod.label[] k8s.pod.labels k8s.pod.ip k8s.pod.cni.json k8s.rc.name k8s.rc.id k8s.rc.label[]
    k8s.rc.labels k8s.svc.name k8s.svc.id k8s.svc.label[] k8s.svc.labels k8s.ns.id k8s.ns.label[] k8s.ns.labels k8s.rs.name
    k8s.rs.id k8s.rs.label[] k8s.rs.labels k8s.deployment.name k8s.deployment.id k8s.deployment.label[]
    k8s.deployment.labels`,
  boolean: `
    container.privileged container.host_pid container.host_network container.host_ipc proc.is_container_healthcheck
    proc.is_container_liveness_probe proc.is_container_readiness_probe`,
  time: "container.start_ts",
  duration: "container.duration",
};

describe("fields of Falco's container plugin", () => {
  const rows = Object.entries(ofContainers).flatMap(([type, list]) =>
    words(list).map((written) => [written, type] as const),
  );

  test.each(rows)("%s is %s", (written, type) => {
    const [name = "", bracket] = written.split("[");
    const argumentRequired = bracket !== undefined;
    const argument = argumentRequired ? "word" : "none";
    expect(known.get(name)).toMatchObject({ type, argument, argumentRequired });
  });

  test("are all that begin so", () => {
    const names = rows.map(([written]) => written.replace("[]", ""));
    const ours = [...known.keys()].filter((name) => /^(?:container|k8s)\.|^proc\.is_container/.test(name));
    expect(ours.sort()).toEqual([...names].sort());
  });
});
