import { words } from "../words.ts";
import { define } from "./define.ts";
import type { ArgumentKind, Field, FieldType, FieldTypes, FieldValue } from "./field.ts";

// Fields of Falco 0.43 that have no value under gVisor, or ever the same. A condition may name them; a comparison with
// an absent value is false. `[word]` marks those that must have an argument.

/** Fields that nothing fills, and why: by type, their names. */
interface Unavailable {
  readonly why: string;
  readonly names: Readonly<Partial<Record<FieldType, string>>>;
}

const unavailable: readonly Unavailable[] = [
  {
    why: "The stream has no events of plugins.",
    names: { string: "evt.pluginname evt.plugininfo" },
  },
  {
    why: "There are no asynchronous events here.",
    names: { string: "evt.asynctype" },
  },
  {
    why: "It selects a part of a capture, and here rules judge a stream.",
    names: { unsigned: "evt.around[word]" },
  },
  {
    why: "No trace point tells which CPU a task runs on.",
    names: { int16: "evt.cpu" },
  },
  {
    why: "No trace point carries the data that a call reads or writes.",
    names: { bytes: "evt.buffer" },
  },
  {
    why: "Calls with two paths come raw, as addresses in the caller's memory.",
    names: {
      string: `
        evt.abspath.src evt.abspath.dst fs.path.source fs.path.sourceraw fs.path.target fs.path.targetraw`,
    },
  },
  {
    why: "No trace point tells capabilities.",
    names: { string: "thread.cap_permitted thread.cap_inheritable thread.cap_effective" },
  },
  {
    why: "No trace point tells control groups.",
    names: { string: "thread.cgroups" },
  },
  {
    why: "No trace point tells how much memory a process uses.",
    names: { unsigned: "proc.vmsize proc.vmrss proc.vmswap thread.vmsize thread.vmrss" },
  },
  {
    why: "No trace point counts page faults.",
    names: { unsigned: "thread.pfmajor thread.pfminor" },
  },
  {
    why: "No trace point tells when a thread is scheduled, and for how long.",
    names: {
      duration: "thread.exectime thread.totexectime",
      double: "thread.cpu thread.cpu.user thread.cpu.system",
    },
  },
  {
    why: "The limit of a process is told only where it asks for it or sets it.",
    names: { number: "proc.fdlimit", double: "proc.fdusage" },
  },
  {
    why: "No trace point tells when a pid namespace began.",
    names: {
      unsigned: "proc.pidns_init_start_ts",
      time: "proc.exe_ino.ctime_duration_pidns_start",
    },
  },
  {
    why: "No trace point tells when a program's file was written.",
    names: { time: "proc.exe_ino.mtime" },
  },
  {
    why: "The accounts of a sandbox are not in the stream.",
    names: { string: "user.shell" },
  },
  {
    why: "No trace point tells the device or inode of an open file.",
    names: { number: "fd.ino", int32: "fd.dev fd.dev.major fd.dev.minor" },
  },
  {
    why: "No trace point tells the overlay layer of an open file.",
    names: { boolean: "fd.is_upper_layer fd.is_lower_layer" },
  },
  {
    why: "Addresses are not looked up in the DNS, so that no rule sends packets.",
    names: { string: "fd.cip.name fd.sip.name fd.lip.name fd.rip.name" },
  },
  {
    why: "Calls that wait for many descriptors come raw, without their lists.",
    names: {
      string: "fdlist.nums fdlist.names fdlist.cips fdlist.sips fdlist.cports fdlist.sports",
    },
  },
  {
    why: "Deprecated: Falco's container plugin gives it no value either.",
    names: {
      string: `
        k8s.rc.name k8s.rc.id k8s.rc.label[word] k8s.rc.labels
        k8s.svc.name k8s.svc.id k8s.svc.label[word] k8s.svc.labels
        k8s.ns.id k8s.ns.label[word] k8s.ns.labels
        k8s.rs.name k8s.rs.id k8s.rs.label[word] k8s.rs.labels
        k8s.deployment.name k8s.deployment.id k8s.deployment.label[word] k8s.deployment.labels`,
    },
  },
];

/** `a.b[word]`, taken apart. */
function splitName(written: string): Pick<Field, "name" | "argument" | "argumentRequired"> {
  const [name = "", bracket] = written.split(/[[\]]/);
  const argument: ArgumentKind = bracket === "word" ? "word" : "none";
  return { name, argument, argumentRequired: argument !== "none" };
}

function absent(why: string, type: FieldType, written: string): Field {
  return {
    ...splitName(written),
    type,
    description: "Known by name only: never has a value here.",
    unavailable: why,
    read: () => undefined,
  };
}

/** One that has the same value on every event. */
function always<Type extends FieldType>(type: Type, name: string, constant: FieldTypes[Type]): Field {
  const read = (): FieldValue => constant;
  return { name, type, description: `Always ${constant}, as in Falco.`, constant, read } as Field;
}

/** Told by nothing in the stream, and false in Falco where that is so. */
function never(name: string): Field {
  return define({
    name,
    type: "boolean",
    description: "Always false: nothing in the stream tells.",
    constant: false,
    read: ({ thread }) => thread && false,
  });
}

/** Fields that are known so that public rules load. */
export const knownFields: readonly Field[] = [
  ...unavailable.flatMap(({ why, names }) =>
    // The keys are field types.
    Object.entries(names).flatMap(([type, list]) =>
      words(list).map((name) => absent(why, type as FieldType, name)),
    ),
  ),
  never("proc.is_exe_writable"),
  ...words("evt.latency evt.latency.s evt.latency.ns evt.wait_latency").map((name) =>
    always("duration", name, 0n),
  ),
  always("string", "evt.latency.human", "0ns"),
  ...words("evt.count.procinfo evt.count.threadinfo").map((name) => always("uint32", name, 0)),
];
