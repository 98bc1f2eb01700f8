import type { Known } from "../known.ts";
import type { Value } from "../values.ts";

/** Fields that Falco's record of events does not have, and that differ where rules compare or print them. */
export interface RuleFieldClass extends Known {
  readonly fields: readonly string[];
  /** Whether this is why values that are printed differ. */
  explains(ours: Value, falco: Value): boolean;
}

/** Nanoseconds between the start of a thread and the message that tells of it, at most. */
const atOnce = 1_000_000n;

/** Fields that only conditions and outputs show. */
export const ruleFieldClasses: readonly RuleFieldClass[] = [
  {
    id: "root-ids",
    title: "Ids that are not those of a pid namespace",
    shows: "proc.pid",
    fields: ["proc.pid", "proc.ppid", "proc.apid", "thread.tid"],
    right: "ours",
    why: "Falco's ids of sandboxed threads do not fit, so it has none. Inside a sandbox the ids are what gVisor reports: proc.pid is proc.vpid.",
    explains: (ours, falco) => falco === null && ours !== null,
  },
  {
    id: "start-time",
    title: "When a process began",
    shows: "proc.pid.ts",
    fields: ["proc.pid.ts", "proc.ppid.ts", "proc.duration", "proc.ppid.duration"],
    right: "ours",
    why: "gVisor tells when a thread began; Falco takes the time of the message that says so, some microseconds later.",
    explains: (ours, falco) => {
      if (ours === null || falco === null) return false;
      const apart = BigInt(ours) - BigInt(falco);
      return apart > -atOnce && apart < atOnce;
    },
  },
  {
    id: "standard-streams",
    title: "Standard streams",
    fields: ["stdin", "stdout", "stderr"].flatMap((name) => [`proc.${name}.type`, `proc.${name}.name`]),
    right: "ours",
    why: "To Falco's gVisor engine a call that failed returned descriptor 0 (failed-call), and so opened what it believes to be the standard input.",
    explains: (_, falco) => falco !== null,
  },
  {
    id: "start-environment",
    title: "proc.env where a container starts",
    fields: ["proc.env"],
    right: "ours",
    why: "Falco knows it after the execve, not yet after the clone.",
    explains: (ours, falco) => falco === "" && ours !== null,
  },
  {
    id: "names-of-addresses",
    title: "Host names of addresses",
    fields: ["fd.cip.name", "fd.sip.name", "fd.lip.name", "fd.rip.name"],
    right: "ours",
    why: "A sandbox's addresses are not looked up. Falco has an empty name for whatever is a descriptor.",
    explains: (ours, falco) => ours === null && falco === "",
  },
  {
    id: "devices",
    title: "Devices and inodes",
    fields: ["fd.dev", "fd.dev.major", "fd.dev.minor", "fd.ino"],
    right: "ours",
    why: "Nothing in the stream tells them. Falco says 0.",
    explains: (ours, falco) => ours === null && falco === 0,
  },
  {
    id: "bytes-moved",
    title: "evt.buflen",
    fields: ["evt.buflen"],
    right: "ours",
    why: "The bytes that were read or written, of calls that do so. Falco has the result of whatever call is about a descriptor: of a dup2 the new one.",
    explains: (ours, falco) => ours === null && falco !== null,
  },
  {
    id: "either-address",
    title: "fd.ip in lists",
    fields: ["fd.ip"],
    right: "ours",
    why: "True where the address of either side is in the list, as for =. In Falco `in` never holds for it.",
    explains: () => false,
  },
];
