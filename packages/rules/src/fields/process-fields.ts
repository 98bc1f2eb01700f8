import type { Process, Thread, TrackedEvent } from "@sentrytap/state";
import { define } from "./define.ts";
import { descriptorType } from "./describe-descriptor.ts";
import type { Field, FieldNeed } from "./field.ts";
import {
  argumentsText,
  byteLength,
  commandLine,
  environmentText,
  environmentVariable,
  exeLine,
  parentOf,
  programPath,
  threadName,
  workingDirectory,
} from "./process-text.ts";

// As in Falco, strings of a known process are empty where they are not known, and absent only without a process.

const ofThread = ["context:thread_id"] as const;
const ofProgram = [...ofThread, "programs", "lineage"] as const;
const ofDescriptors = [...ofThread, "descriptors", "lineage"] as const;

/** A start is told by the birth, and of who was not born in the session by the context. */
const ofStart = [...ofThread, "context:thread_group_start_time", "lineage"] as const;

function text(
  name: string,
  description: string,
  read: (process: Process, thread: Thread) => string | undefined,
  needs: readonly FieldNeed[] = ofProgram,
): Field {
  return define({
    name,
    type: "string",
    description,
    needs,
    read: ({ thread }) => thread && read(thread.process, thread),
  });
}

function id(
  name: string,
  description: string,
  needs: readonly FieldNeed[],
  read: (process: Process, thread: Thread) => number | undefined,
): Field {
  return define({
    name,
    type: "number",
    description,
    needs,
    read: ({ thread }) => thread && read(thread.process, thread),
  });
}

function flag(
  name: string,
  description: string,
  needs: readonly FieldNeed[],
  read: (process: Process, thread: Thread) => boolean,
): Field {
  return define({
    name,
    type: "boolean",
    description,
    needs,
    read: ({ thread }) => thread && read(thread.process, thread),
  });
}

function count(
  name: string,
  description: string,
  needs: readonly FieldNeed[],
  read: (process: Process) => number,
): Field {
  return define({
    name,
    type: "unsigned",
    description,
    needs,
    read: ({ thread }) => thread && read(thread.process),
  });
}

function sinceStart(event: TrackedEvent, process: Process | undefined): bigint | undefined {
  const { timeNs } = event;
  const start = process?.startTimeNs;
  return start === undefined || timeNs === undefined ? undefined : timeNs - start;
}

function duration(
  name: string,
  description: string,
  needs: readonly FieldNeed[],
  read: (event: TrackedEvent) => bigint | undefined,
): Field {
  return define({ name, type: "duration", description, needs, read });
}

function standard(stream: string, fd: number): readonly Field[] {
  return [
    text(
      `proc.${stream}.type`,
      `What ${stream} is: file, pipe, ipv4 and so on.`,
      (process) => {
        const descriptor = process.descriptor(fd);
        return descriptor && descriptorType(descriptor);
      },
      ofDescriptors,
    ),
    text(
      `proc.${stream}.name`,
      `Name of what ${stream} is.`,
      (process) => process.descriptor(fd)?.name,
      ofDescriptors,
    ),
  ];
}

/** Device number of the first pseudo terminal, which stands for any. */
const terminalDevice = 34816;

/** `proc.*` of the process itself, and `thread.*`. */
export const processFields: readonly Field[] = [
  text("proc.name", "Name of the program's file, at most 15 bytes.", (_, thread) => threadName(thread)),
  text("proc.exe", "First argument, by custom the program as it was called.", ({ exe }) => exe ?? ""),
  text("proc.exepath", "Absolute path of the program's file.", (process) => programPath(process) ?? ""),
  text("proc.cmdline", "Name and arguments.", (process, thread) => commandLine(process, threadName(thread))),
  text("proc.exeline", "First argument and the others.", exeLine),
  text("proc.cwd", "Working directory, with a slash at its end.", workingDirectory, [
    ...ofThread,
    "directories",
    "lineage",
  ]),
  define({
    name: "proc.args",
    type: "string",
    argument: "index",
    description: "Arguments without the first; with an index, one of them.",
    needs: ofProgram,
    read: ({ thread }, index) => {
      if (thread === undefined) return undefined;
      return index === undefined || index < 0
        ? argumentsText(thread.process)
        : (thread.process.args?.[index] ?? "");
    },
  }),
  define({
    name: "proc.env",
    type: "string",
    argument: "word",
    description: "Environment; with a name, the value of that variable.",
    needs: [...ofProgram, "optional:envv", "optional:env"],
    read: ({ thread }, name) => {
      if (thread === undefined) return undefined;
      return name === undefined ? environmentText(thread.process) : environmentVariable(thread.process, name);
    },
  }),
  count(
    "proc.fdopencount",
    "Number of descriptors known to be open.",
    ofDescriptors,
    (process) => process.descriptors().size,
  ),
  count(
    "proc.nthreads",
    "Number of its threads that live.",
    [...ofThread, "context:group_id", "lineage"],
    ({ threadCount }) => threadCount,
  ),
  count(
    "proc.nchilds",
    "Number of its threads that live, without the main one.",
    [...ofThread, "context:group_id", "lineage"],
    ({ threadCount, hasMainThread }) => threadCount - (hasMainThread ? 1 : 0),
  ),
  count(
    "proc.cmdnargs",
    "Number of arguments without the first.",
    ofProgram,
    ({ args }) => args?.length ?? 0,
  ),
  count("proc.cmdlenargs", "Bytes of the arguments without the first.", ofProgram, ({ args }) => {
    return args?.reduce((sum, argument) => sum + byteLength(argument), 0) ?? 0;
  }),
  id("proc.pid", "Id of the process in the sandbox.", [...ofThread, "context:group_id"], ({ pid }) => pid),
  id("proc.vpid", "Id of the process in the sandbox.", [...ofThread, "context:group_id"], ({ pid }) => pid),
  id(
    "proc.ppid",
    "Id of the parent process in the sandbox.",
    [...ofThread, "lineage"],
    (process) => parentOf(process)?.pid,
  ),
  id(
    "proc.pvpid",
    "Id of the parent process in the sandbox.",
    [...ofThread, "lineage"],
    (process) => parentOf(process)?.pid,
  ),
  id("thread.tid", "Id of the thread in the sandbox.", ofThread, (_, { tid }) => tid),
  id("thread.vtid", "Id of the thread in the sandbox.", ofThread, (_, { tid }) => tid),
  flag(
    "thread.ismain",
    "Whether it is the process's main thread.",
    [...ofThread, "context:group_id"],
    (_, { tid, pid }) => tid === pid,
  ),
  define({
    name: "proc.tty",
    type: "uint32",
    description:
      "Not 0 where the container was started with a terminal, and the process has not given it up.",
    needs: [...ofThread, "programs", "sessions", "lineage"],
    read: ({ thread }) => thread && (thread.process.terminal === true ? terminalDevice : 0),
  }),
  flag(
    "proc.is_exe_from_memfd",
    "Whether the program lies in anonymous memory.",
    ofProgram,
    ({ exeFromMemfd }) => exeFromMemfd,
  ),
  ...standard("stdin", 0),
  ...standard("stdout", 1),
  ...standard("stderr", 2),
  duration("proc.duration", "Nanoseconds since the process began.", ["context:time", ...ofStart], (event) =>
    sinceStart(event, event.thread?.process),
  ),
  duration(
    "proc.ppid.duration",
    "Nanoseconds since the parent began.",
    ["context:time", ...ofStart],
    (event) => sinceStart(event, event.thread && parentOf(event.thread.process)),
  ),
  duration("proc.pid.ts", "When the process began.", ofStart, ({ thread }) => thread?.process.startTimeNs),
  duration(
    "proc.ppid.ts",
    "When the parent began.",
    ofStart,
    ({ thread }) => thread && parentOf(thread.process)?.startTimeNs,
  ),
];
