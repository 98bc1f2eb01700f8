import type { Process } from "@sentrytap/state";
import { define } from "./define.ts";
import type { Field } from "./field.ts";
import { programPath } from "./process-text.ts";

// Of a process whose session or group is not known, ids and flags are absent; names are empty, as are those of all that
// is not known of a process. All ids are the sandbox's: what Falco calls virtual and what not are the same here.

/** How Falco calls a field of the leader, and what it is. */
const leaderTexts: readonly (readonly [
  suffix: string,
  what: string,
  read: (leader: Process) => string | undefined,
])[] = [
  ["name", "Name of the program", ({ name }) => name],
  ["exe", "First argument", ({ exe }) => exe],
  ["exepath", "Absolute path of the program", programPath],
];

function leaderFields(
  prefix: string,
  of: "session" | "process group",
  find: (process: Process) => Process | undefined,
): readonly Field[] {
  return leaderTexts.map(([suffix, what, read]) =>
    define({
      name: prefix === "proc.sid" && suffix === "name" ? "proc.sname" : `${prefix}.${suffix}`,
      type: "string",
      description: `${what} of the leader of its ${of}, or of its eldest ancestor in there.`,
      needs: ["context:thread_id", "sessions", "lineage", "programs"],
      read: ({ thread }) => {
        if (thread === undefined) return undefined;
        const leader = find(thread.process);
        return (leader && read(leader)) ?? "";
      },
    }),
  );
}

function idFields(
  name: string,
  of: "session" | "process group",
  leads: string,
  read: (process: Process) => number | undefined,
): readonly Field[] {
  return [
    define({
      name,
      type: "number",
      description: `Id of its ${of} in the sandbox.`,
      needs: ["context:thread_id", "sessions", "lineage"],
      read: ({ thread }) => thread && read(thread.process),
    }),
    define({
      name: leads,
      type: "boolean",
      description: `Whether it leads its ${of}.`,
      needs: ["context:thread_id", "context:group_id", "sessions", "lineage"],
      read: ({ thread }) => {
        const id = thread && read(thread.process);
        return id === undefined ? undefined : id === thread?.pid;
      },
    }),
  ];
}

const sid = (process: Process): number | undefined => process.sid;
const pgid = (process: Process): number | undefined => process.pgid;
const sessionLeader = (process: Process): Process | undefined => process.sessionLeader;
const groupLeader = (process: Process): Process | undefined => process.groupLeader;

/** `proc.*` of sessions and process groups. */
export const processGroupFields: readonly Field[] = [
  ...idFields("proc.sid", "session", "proc.is_sid_leader", sid),
  ...leaderFields("proc.sid", "session", sessionLeader),
  ...idFields("proc.vpgid", "process group", "proc.is_vpgid_leader", pgid),
  ...leaderFields("proc.vpgid", "process group", groupLeader),
  ...idFields("proc.pgid", "process group", "proc.is_pgid_leader", pgid),
  ...leaderFields("proc.pgid", "process group", groupLeader),
];
