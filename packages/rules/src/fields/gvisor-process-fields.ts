import type { Credentials } from "@sentrytap/events";
import type { Process } from "@sentrytap/state";
import { define } from "./define.ts";
import type { Field } from "./field.ts";
import { ancestors } from "./process-ancestry.ts";

const ofLineage = ["context:thread_id", "lineage"] as const;

/** Whether the process, or one that it descends from, began an exec session; `undefined` where that cannot be told. */
function isOfExecSession(process: Process): boolean | undefined {
  let answer = process.isExecSession;
  if (answer === true || process.isFirst === true) return answer;
  for (const ancestor of ancestors(process)) {
    if (ancestor.isExecSession === true) return true;
    answer = ancestor.isExecSession;
    if (ancestor.isFirst === true) break;
  }
  return answer;
}

/** Who made a process, alive or not. */
function creator(name: string, description: string, read: (creator: Process) => string | undefined): Field {
  return define({
    name: `gvisor.creator.${name}`,
    type: "string",
    description,
    needs: [...ofLineage, "programs"],
    read: ({ thread }) => {
      const made = thread?.process.parent;
      return made && read(made);
    },
  });
}

/** An id beside the one in effect, which `user.uid` and `group.gid` have. */
function identity(name: string, description: string, key: keyof Credentials): Field {
  return define({
    name,
    type: "uint32",
    description,
    needs: ["context:thread_id", "context:credentials", "identities", "lineage"],
    read: ({ thread }) => thread?.credentials?.[key],
  });
}

/** `gvisor.*` of processes. */
export const gvisorProcessFields: readonly Field[] = [
  define({
    name: "gvisor.is_exec_session",
    type: "boolean",
    description:
      "Whether the process is of an exec session: runsc exec or docker exec began it, or who made it.",
    needs: [...ofLineage, "context:is_exec_session"],
    read: ({ thread }) => thread && isOfExecSession(thread.process),
  }),
  define({
    name: "gvisor.begins_exec_session",
    type: "boolean",
    description: "Whether the process is the first of an exec session.",
    needs: [...ofLineage, "context:is_exec_session"],
    read: ({ thread }) => thread?.process.isExecSession,
  }),
  define({
    name: "gvisor.is_entrypoint",
    type: "boolean",
    description:
      "Whether nobody in the sandbox made the process: a container's start did, or an exec session.",
    needs: ofLineage,
    read: ({ thread }) => thread && (thread.process.isExecSession === true || thread.process.isFirst),
  }),
  define({
    name: "gvisor.root",
    type: "string",
    description: "Root directory of the process, seen from the container's: / unless it called chroot.",
    needs: [...ofLineage, "directories"],
    read: ({ thread }) => thread?.process.root,
  }),
  define({
    name: "gvisor.is_orphan",
    type: "boolean",
    description: "Whether who made the process has ended, and another one is its parent now.",
    needs: ofLineage,
    read: ({ thread }) => {
      const { parent, currentParent } = thread?.process ?? {};
      return parent === undefined || currentParent === undefined
        ? undefined
        : parent.pid !== currentParent.pid;
    },
  }),
  define({
    name: "gvisor.creator.pid",
    type: "number",
    description: "Id of who made the process; proc.ppid is who its parent is now.",
    needs: ofLineage,
    read: ({ thread }) => thread?.process.parentPid,
  }),
  creator("name", "Name of the program of who made the process.", ({ name }) => name),
  creator("exepath", "Absolute path of the program of who made the process.", ({ exepath }) => exepath),
  identity("gvisor.user.real_uid", "Real user id.", "realUid"),
  identity("gvisor.user.saved_uid", "Saved user id.", "savedUid"),
  identity("gvisor.group.real_gid", "Real group id.", "realGid"),
  identity("gvisor.group.saved_gid", "Saved group id.", "savedGid"),
];
