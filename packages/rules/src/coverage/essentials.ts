import type { BoundField } from "../fields/bound-field.ts";
import type { FieldNeed } from "../fields/field.ts";

/**
 * What a field can be made of: what fields say of themselves, and parts of that. `names`: what a program is called.
 * `terminals`: whether containers were started with one. `environments`: what programs were started with. `enters`: calls
 * when they begin. `sockets`: of the descriptors only the sockets. `memory`: what lies in the caller's memory, as it was when
 * the call began: until it returns, another thread can change it.
 */
export type Need = FieldNeed | "names" | "terminals" | "environments" | "enters" | "sockets" | "memory";

/** What a field is nothing without. */
export interface Essentials {
  /** Without one of these it has no value, or always the same. */
  readonly needs: readonly Need[];
  /** It is made of nothing else. */
  readonly whole?: true;
  /** The value that it has then of a process that is known; left out, it has none. */
  readonly otherwise?: string | number | boolean;
}

const thread = "context:thread_id";

// By the names of the fields. As in Falco, text of a known process is empty where it is not known.
const table: Readonly<Record<string, Essentials>> = {
  "proc.name": { needs: [thread, "names"], whole: true, otherwise: "" },
  "proc.exe proc.exepath proc.args": { needs: [thread, "programs"], otherwise: "" },
  "proc.cmdnargs proc.cmdlenargs": { needs: [thread, "programs"], otherwise: 0 },
  "proc.env": { needs: [thread, "environments"], otherwise: "" },
  "proc.is_exe_from_memfd": { needs: [thread, "programs"], otherwise: false },
  "proc.tty": { needs: [thread, "terminals"], otherwise: 0 },
  "proc.cwd": { needs: [thread, "directories"], whole: true, otherwise: "" },
  "proc.pname proc.pexe proc.pexepath proc.pcmdline proc.aname proc.aexe proc.aexepath proc.acmdline proc.aargs":
    {
      needs: [thread, "lineage"],
    },
  "proc.aenv": { needs: [thread, "lineage"], otherwise: "" },
  "proc.apid proc.ppid proc.pvpid": { needs: [thread, "lineage"] },
  "proc.sid proc.is_sid_leader proc.vpgid proc.is_vpgid_leader proc.pgid proc.is_pgid_leader": {
    needs: [thread, "sessions"],
  },
  "proc.sname proc.sid.exe proc.sid.exepath proc.vpgid.name proc.vpgid.exe proc.vpgid.exepath": {
    needs: [thread, "sessions"],
    otherwise: "",
  },
  "proc.pgid.name proc.pgid.exe proc.pgid.exepath": { needs: [thread, "sessions"], otherwise: "" },
  "proc.duration": { needs: [thread, "context:time", "context:thread_group_start_time"], whole: true },
  "proc.ppid.duration": { needs: [thread, "context:time", "context:thread_group_start_time"] },
  "proc.pid.ts": { needs: [thread, "context:thread_group_start_time"], whole: true },
  "proc.ppid.ts": { needs: [thread, "context:thread_group_start_time"] },
  "user.uid user.name user.homedir group.gid group.name": { needs: [thread, "identities"], whole: true },
  "user.loginuid user.loginname": { needs: [thread] },
  // What opens a file names it, and so does what connects; all others only have the number.
  "fd.num fd.name fd.directory fd.containerdirectory fd.typechar fd.uid": { needs: [thread] },
  "fd.nameraw": { needs: [] },
  // As in Falco, a file is in no layer that is not told.
  "proc.is_exe_upper_layer proc.is_exe_lower_layer": {
    needs: [thread, "optional:binary_info"],
    otherwise: false,
  },
  "container.id container.full_id": { needs: ["context:container_id"], whole: true },
  "gvisor.toctou": { needs: ["enters"], otherwise: false },
};

const byName: ReadonlyMap<string, Essentials> = new Map(
  Object.entries(table).flatMap(([names, essentials]) =>
    names.split(" ").map((name) => [name, essentials] as const),
  ),
);

const none: Essentials = { needs: [] };
const ofThread: Essentials = { needs: [thread] };
const ofDescriptor: Essentials = { needs: [thread, "descriptors"] };
const ofTime: Essentials = { needs: ["context:time"] };

/** What a field is nothing without. */
export function essentialsOf({ name, coverage: { needs = [] } }: BoundField): Essentials {
  const byName = essentialsOfName(name);
  const asked = needs.filter((need) => need.startsWith("optional:") && !alsoOtherwise.has(need));
  return asked.length === 0 ? byName : { ...byName, needs: [...new Set([...byName.needs, ...asked])] };
}

/** Optional fields that tell what is also known otherwise; the others alone tell what they tell. */
const alsoOtherwise: ReadonlySet<FieldNeed> = new Set(["optional:fd_path", "optional:env", "optional:envv"]);

function essentialsOfName(written: string): Essentials {
  const [name = ""] = written.split("[", 1);
  // The 0th generation is the process itself.
  if (name.startsWith("proc.a") && written.endsWith("[0]")) return ofThread;
  const known = byName.get(name);
  if (known !== undefined) return known;
  if (/^evt\.(?:raw|rel|delta)?time|^evt\.datetime/.test(name)) return ofTime;
  if (name.startsWith("fd.")) return ofDescriptor;
  return name.startsWith("proc.") || name.startsWith("thread.") ? ofThread : none;
}
