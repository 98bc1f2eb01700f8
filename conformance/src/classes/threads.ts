import type { TrackedEvent } from "@sentrytap/state";
import type { DifferenceClass } from "../difference.ts";
import { executedPath, failedUnseen, isBirth, isOf, isStart, isUnknownToFalco } from "./circumstances.ts";
import {
  argumentsNamed,
  descriptorArguments,
  descriptorFields,
  parentFields,
  threadFields,
} from "./field-groups.ts";

/** What is told of a thread, its process and its ancestors. */
export const threadClasses: readonly DifferenceClass[] = [
  {
    id: "no-ids",
    title: "Sessions without ids",
    shows: "proc.vpid",
    fields: [
      ...["evt.rawtime", "evt.category", ...threadFields, ...parentFields],
      ...descriptorFields,
      ...descriptorArguments,
      ...argumentsNamed("uid gid vtid vpid cwd comm trusted_exepath"),
    ],
    right: "ours",
    why: "The session collects neither time nor thread: nothing can be said of who did it, nor what its descriptors are. Falco takes it all for a thread 0 of its own.",
    explains: ({ pair, field, ours }) =>
      pair.ours.event.context === undefined &&
      (ours === null || field.startsWith("argument") || field === "evt.category"),
  },
  {
    id: "unknown-thread",
    title: "Threads that Falco never saw born",
    shows: "proc.name",
    fields: [...threadFields, ...argumentsNamed("exe comm cwd")],
    right: "ours",
    why: "Of a thread of before the session, of an exec session, or of a second container Falco knows nothing, and says <NA>, 4294967295 or nothing for its name and ids. We know what the context of its events says.",
    lasts: true,
    explains: ({ pair, field, falco }) =>
      isUnknownToFalco(pair.falco) ||
      (pair.falco["proc.cwd"] === "./" &&
        (field === "proc.cwd" || (field === "thread.ismain" && falco === false))),
  },
  {
    id: "sessions",
    title: "Names of sessions and process groups",
    shows: "proc.sname",
    fields: ["proc.sname", "proc.vpgid.name"],
    right: "ours",
    why: "Whoever has no parent in the sandbox leads a session and a group of his own, and children are in those of their parent. Falco's gVisor engine knows neither, but for setsid, of which it takes the session only: for the group it takes the oldest ancestor.",
    explains: ({ pair, field, ours, falco }) =>
      ours !== null && (falco === "" || (field === "proc.vpgid.name" && falco !== pair.falco["proc.name"])),
  },
  {
    id: "working-directory",
    title: "proc.cwd",
    fields: ["proc.cwd"],
    right: "ours",
    why: "Falco's gVisor engine gives a container's first process no working directory, and its children inherit that, until one of them calls chdir.",
    explains: ({ falco, ours }) => falco === "" && ours !== null,
  },
  {
    id: "clone-directory",
    title: "cwd in the arguments of a clone",
    fields: ["argument cwd"],
    right: "ours",
    why: "Falco leaves it out of a container's first clone, and where the session does not tell it; we know that of the process.",
    explains: ({ pair, falco }) =>
      pair.ours.event.type === "clone" &&
      falco === "" &&
      (isStart(pair) || pair.ours.event.cwd === undefined),
  },
  {
    id: "directory-after-chroot",
    title: "proc.cwd after a chroot",
    fields: ["proc.cwd"],
    right: "ours",
    why: "A process sees its working directory from its root. Falco keeps what it was called before.",
    lasts: true,
    explains: ({ pair }) => isOf(pair, "chroot") && !pair.ours.event.failed,
  },
  {
    id: "directory-removed",
    title: "proc.cwd of a directory that was removed",
    fields: ["proc.cwd"],
    right: "both",
    why: "gVisor says that it is deleted, as Linux does in /proc/PID/cwd; Falco has the path as it was.",
    explains: ({ ours, falco }) => ours === `${falco}`.replace(/\/$/, " (deleted)/"),
  },
  {
    id: "failed-chdir",
    title: "proc.cwd after a chdir that failed",
    fields: ["proc.cwd"],
    right: "ours",
    why: "A failure looks like a success to Falco's gVisor engine (failed-call).",
    lasts: true,
    explains: ({ pair, falco }) =>
      isOf(pair, "chdir") && failedUnseen(pair) && falco === `${pair.falco["argument path"]}/`,
  },
  {
    id: "failed-exec",
    title: "The program after an exec that failed",
    shows: "proc.name",
    fields: [
      "proc.name",
      "proc.exe",
      "proc.exepath",
      "proc.args",
      "proc.cmdnargs",
      "user.uid",
      "group.gid",
      ...argumentsNamed("exe comm args trusted_exepath uid gid"),
    ],
    right: "ours",
    why: "A failure looks like a success to Falco's gVisor engine (failed-call): the process takes the name and arguments of a program that it never ran.",
    lasts: true,
    explains: ({ pair }) => isOf(pair, "execve", "execveat") && failedUnseen(pair),
  },
  {
    id: "failed-setuid",
    title: "The user after a setuid that failed",
    fields: ["user.uid", "group.gid"],
    right: "ours",
    why: "A failure looks like a success to Falco's gVisor engine (failed-call).",
    lasts: true,
    explains: ({ pair, falco }) =>
      isOf(pair, "setuid", "setgid") &&
      failedUnseen(pair) &&
      `${pair.falco["argument uid"]}`.startsWith(`${falco}(`),
  },
  {
    id: "exe-of-exec",
    title: "proc.exe after an exec",
    shows: "proc.exe",
    fields: ["proc.exe", "argument exe"],
    right: "ours",
    why: "proc.exe is the first argument. Falco's gVisor engine takes the path instead, which its kernel drivers have in proc.exepath only.",
    lasts: true,
    explains: ({ pair, falco }) => falco === executedPath(pair),
  },
  {
    id: "exepath-of-exec",
    title: "proc.exepath after an exec",
    fields: ["proc.exepath"],
    right: "ours",
    why: "gVisor tells which file was loaded, symbolic links resolved, as Falco's kernel drivers do; Falco's gVisor engine takes the path that the call was given.",
    lasts: true,
    explains: ({ pair, falco }) => falco === executedPath(pair),
  },
  {
    id: "long-name",
    title: "Names of more than 15 bytes",
    fields: ["proc.name"],
    right: "ours",
    why: "The kernel cuts them there, and so do Falco's kernel drivers.",
    lasts: true,
    explains: ({ ours, falco, pair }) => executedPath(pair) !== undefined && `${falco}`.slice(0, 15) === ours,
  },
  {
    id: "one-first-thread",
    title: "The first threads of a pod's containers",
    shows: "proc.name",
    fields: [...threadFields, ...argumentsNamed("uid gid vtid vpid")],
    right: "ours",
    why: "Falco's gVisor engine takes the first thread of every container for thread 1, the program of which changes with each.",
    explains: ({ pair, field, falco }, history) => {
      const { thread } = pair.ours.event;
      return isStart(pair)
        ? thread?.tid !== 1
        : thread?.tid === 1 && history.falcoAtLaterStart?.[field] === falco;
    },
  },
  {
    id: "untold-ids",
    title: "User and group where the session does not tell them",
    fields: ["user.uid", "group.gid", ...argumentsNamed("uid gid")],
    right: "ours",
    why: "Falco says 0.",
    explains: ({ pair, ours, falco }) =>
      pair.ours.event.credentials === undefined &&
      (ours === null || ours === "") &&
      `${falco}`.startsWith("0"),
  },
  {
    id: "ids-after-exec",
    title: "User and group after an exec",
    shows: "user.uid",
    fields: ["user.uid", "group.gid", ...argumentsNamed("uid gid")],
    right: "ours",
    why: "Falco's gVisor engine says 0 whatever the context says, until the next setuid or setgid.",
    lasts: true,
    explains: ({ pair, field, falco }, history) =>
      executedPath(pair) === undefined
        ? falco === 0 && history.falcoBefore(pair)?.[field] === 0
        : falco === 0 || falco === "0(root)",
  },
  {
    id: "child-program",
    title: "Program of a child before its exec",
    shows: "proc.args",
    fields: ["proc.exe", "proc.args", "proc.cmdnargs", ...argumentsNamed("args")],
    right: "ours",
    why: "A child runs its parent's program. Falco's gVisor engine knows only the parent's name, takes that for proc.exe as well, and leaves the child without arguments.",
    lasts: true,
    explains: ({ pair, field, falco }) => {
      if (!isBirth(pair)) return false;
      return field === "proc.exe"
        ? falco === pair.falco["proc.name"]
        : falco === "" || falco === 0 || falco === "NULL";
    },
  },
  {
    id: "clone-program",
    title: "Program in the arguments of a clone",
    shows: "argument args",
    fields: argumentsNamed("exe args"),
    right: "ours",
    why: "Falco's gVisor engine gives the name of the thread for the program, and no arguments.",
    explains: ({ pair, field, falco }) =>
      isOf(pair, "clone", "fork", "vfork") &&
      (field === "argument args" ? falco === "NULL" : falco === pair.ours.event.processName),
  },
  {
    id: "unseen-exec",
    title: "Programs whose exec Falco did not see",
    shows: "proc.name",
    fields: [
      ...["proc.name", "proc.exe", "proc.exepath", "proc.args", "proc.cmdnargs", "user.uid", "group.gid"],
      ...argumentsNamed("comm"),
    ],
    right: "ours",
    why: "Falco's gVisor engine ignores sentry/execve and raw system calls, and does not look at the name that every event has; nor has it an execve whose message was longer than its buffer. Where the exec's messages were lost, we still know the name.",
    lasts: true,
    explains: ({ pair, field, falco }, history) =>
      history.missedBefore(pair).some(isExecOrGap) && history.falcoBefore(pair)?.[field] === falco,
  },
  {
    id: "unnamed-program",
    title: "Names of programs that execveat ran by their descriptor",
    shows: "proc.name",
    fields: ["proc.name", "proc.exe", "proc.exepath", ...argumentsNamed("comm exe trusted_exepath")],
    right: "ours",
    why: "The call has no path, and Falco's gVisor engine nothing else; gVisor tells the file.",
    lasts: true,
    explains: ({ pair, falco }) => executedPath(pair) === "" && (falco === "" || falco === null),
  },
  {
    id: "child-ids",
    title: "User and group of a child",
    shows: "user.uid",
    fields: ["user.uid", "group.gid", ...argumentsNamed("uid gid")],
    right: "ours",
    why: "A child has its parent's. Falco's gVisor engine says 0.",
    lasts: true,
    explains: ({ pair, falco }) => isBirth(pair) && `${falco}` === "0",
  },
  {
    id: "terminal",
    title: "proc.tty",
    fields: ["proc.tty", "argument tty"],
    right: "ours",
    why: "gVisor tells whether a container was started with a terminal; Falco's engine does not ask.",
    explains: ({ ours, falco }) => `${ours}` === "34816" && `${falco}` === "0",
  },
  {
    id: "start-program",
    title: "proc.exepath where a container starts",
    fields: ["proc.exepath"],
    right: "ours",
    why: "The start names the program by its first argument. Falco knows it after the execve, not yet after the clone, and takes a mere name for a path.",
    lasts: true,
    explains: ({ pair, ours, falco }) =>
      isStart(pair) && (falco === "" || (ours === "" && falco === pair.ours.values["proc.exe"])),
  },
  {
    id: "unknown-parent",
    title: "Parents that Falco does not know",
    shows: "proc.pname",
    fields: parentFields,
    right: "ours",
    why: "The parent is a thread that Falco never saw born (unknown-thread), or it has it for nobody's child.",
    explains: ({ pair, falco }) => pair.falco["proc.pexe"] === "<NA>" || falco === null,
  },
  {
    id: "thread-parent",
    title: "Parents of threads",
    shows: "proc.pvpid",
    fields: parentFields,
    right: "ours",
    why: "The parent of a thread is that of its process. Falco's gVisor engine takes whoever made it, which is a thread of the same process.",
    explains: ({ pair }) => pair.ours.values["thread.ismain"] === false,
  },
];

/** What changes the program of a thread, and Falco is not told of. */
function isExecOrGap({ type, args }: TrackedEvent): boolean {
  return (
    type === "sentry_exec" ||
    type === "execve" ||
    (type === "gap" && "kind" in args && args.kind === "name_change")
  );
}
