import type { ArgumentKind, Field, FieldType } from "./field.ts";

// Fields of Falco 0.43 that have no value inside a sandbox, or none yet. A condition may name them; a comparison with
// an absent value is false. The list is by type; `[n]` marks those that take an argument: a number, or a word.

const names: Readonly<Partial<Record<FieldType, string>>> = {
  string: `
    evt.pluginname evt.plugininfo evt.asynctype evt.latency.human thread.cap_permitted thread.cap_inheritable
    thread.cap_effective thread.cgroups user.shell fd.cip.name fd.sip.name fd.lip.name fd.rip.name fs.path.source
    fs.path.sourceraw fs.path.target fs.path.targetraw fdlist.nums fdlist.names fdlist.cips fdlist.sips fdlist.cports
    fdlist.sports container.name container.image container.image.id container.type container.mounts
    container.mount[word] container.mount.source[word] container.mount.dest[word] container.mount.mode[word]
    container.mount.rdwr[word] container.mount.propagation[word] container.image.repository container.image.tag
    container.image.digest container.healthcheck container.liveness_probe container.readiness_probe container.ip
    container.cni.json container.labels container.label[word] k8s.ns.name k8s.pod.name k8s.pod.id k8s.pod.uid
    k8s.pod.sandbox_id k8s.pod.full_sandbox_id k8s.pod.labels k8s.pod.label[word] k8s.pod.ip k8s.pod.cni.json
    k8s.rc.name k8s.rc.id k8s.rc.label[word] k8s.rc.labels k8s.svc.name k8s.svc.id k8s.svc.label[word] k8s.svc.labels
    k8s.ns.id k8s.ns.label[word] k8s.ns.labels k8s.rs.name k8s.rs.id k8s.rs.label[word] k8s.rs.labels
    k8s.deployment.name k8s.deployment.id k8s.deployment.label[word] k8s.deployment.labels
  `,
  boolean: `
    fd.is_upper_layer fd.is_lower_layer container.privileged container.host_network container.host_ipc
    container.host_pid proc.is_container_healthcheck proc.is_container_liveness_probe
    proc.is_container_readiness_probe
  `,
  number: `
    proc.exe_ino proc.fdlimit fd.ino
  `,
  unsigned: `
    proc.pidns_init_start_ts proc.vmsize proc.vmrss proc.vmswap thread.pfmajor thread.pfminor
    thread.vmsize thread.vmrss evt.around[word]
  `,
  uint32: "evt.count.procinfo evt.count.threadinfo",
  int32: "fd.dev fd.dev.major fd.dev.minor",
  int16: "evt.cpu",
  double: "proc.fdusage thread.cpu thread.cpu.user thread.cpu.system",
  time: `
    proc.exe_ino.ctime proc.exe_ino.mtime proc.exe_ino.ctime_duration_proc_start
    proc.exe_ino.ctime_duration_pidns_start container.start_ts
  `,
  duration: `
    evt.latency evt.latency.s evt.latency.ns evt.wait_latency thread.exectime thread.totexectime container.duration
  `,
  bytes: "evt.buffer",
};

function known(type: FieldType, written: string): Field {
  const [name = "", bracket] = written.split(/[[\]]/);
  const argument: ArgumentKind = bracket === "word" ? "word" : "none";
  return {
    name,
    type,
    argument,
    description: "Known by name only: never has a value here.",
    read: () => undefined,
  };
}

/** Told by nothing in the stream, and false in Falco where that is so. */
const falseFlags = "proc.is_exe_writable proc.is_exe_upper_layer proc.is_exe_lower_layer";

function never(name: string): Field {
  return {
    name,
    type: "boolean",
    description: "Always false: nothing in the stream tells.",
    read: ({ thread }) => thread && false,
  };
}

/** Fields that are known by name, so that public rules load. */
export const knownFields: readonly Field[] = [
  ...Object.entries(names).flatMap(([type, list]) =>
    // The keys of the table above are field types.
    list
      .trim()
      .split(/\s+/)
      .map((name) => known(type as FieldType, name)),
  ),
  ...falseFlags.split(" ").map(never),
];
