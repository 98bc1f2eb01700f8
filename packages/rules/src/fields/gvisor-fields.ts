import type { GapArgs } from "@sentrytap/events";
import type { Descriptor } from "@sentrytap/state";
import { define } from "./define.ts";
import { descriptorTypes, types } from "./event-groups.ts";
import type { Field } from "./field.ts";

/** Calls of whose arguments one may change in the caller's memory meanwhile. */
const changeableTypes = types(
  "open openat creat execve execveat chdir chroot inotify_add_watch connect bind",
);

/** Every kind of gap; the compiler holds the list to be whole. */
const gapKinds: Readonly<Record<GapArgs["kind"], true>> = {
  drop: true,
  malformed_frame: true,
  unknown_message: true,
  thread_without_birth: true,
  name_change: true,
  unreadable_name: true,
  exit_without_enter: true,
  enter_without_exit: true,
  time_reversal: true,
  sandbox_lost: true,
  eviction: true,
};

function ofDescriptor(name: string, description: string, read: (fd: Descriptor) => boolean): Field {
  return define({
    name,
    type: "boolean",
    description,
    eventTypes: descriptorTypes,
    needs: ["context:thread_id", "descriptors"],
    read: ({ fd }) => fd && read(fd),
  });
}

/** The process at the other end of a pipe that a new program has for its input or output. */
function pipeFields(
  stream: "stdin" | "stdout",
  key: "pipeInput" | "pipeOutput",
  does: string,
): readonly Field[] {
  const common = {
    eventTypes: types("sentry_exec"),
    needs: ["optional:pipe_proc_info"],
  } as const;
  return [
    define({
      name: `gvisor.${stream}.process`,
      type: "string",
      description: `Name of the sibling that ${does} a new program's ${stream}, which is a pipe: as the program is loaded.`,
      ...common,
      read: (event) => (event.type === "sentry_exec" ? event.args[key]?.processName : undefined),
    }),
    define({
      name: `gvisor.${stream}.pid`,
      type: "number",
      description: `Id of the sibling that ${does} a new program's ${stream}, which is a pipe: as the program is loaded.`,
      ...common,
      read: (event) => (event.type === "sentry_exec" ? event.args[key]?.pid : undefined),
    }),
  ];
}

/** Fields that Falco does not have: of what only gVisor's stream tells, and of what is missing from it. */
export const gvisorFields: readonly Field[] = [
  define({
    name: "gvisor.toctou",
    type: "boolean",
    description: "Whether a path or address in the caller's memory changed while the call went on: on exits.",
    eventTypes: changeableTypes,
    elsewhere: false,
    read: ({ toctou }) => toctou !== undefined,
  }),
  define({
    name: "gvisor.toctou.argument",
    type: "string",
    description: "Name of the argument that changed while the call went on.",
    eventTypes: changeableTypes,
    values: ["name", "filename", "path", "pathname", "addr"],
    read: ({ toctou }) => toctou?.argument,
  }),
  define({
    name: "gvisor.toctou.on_enter",
    type: "string",
    description: "What the argument that changed was when the call began.",
    eventTypes: changeableTypes,
    read: ({ toctou }) => toctou?.onEnter,
  }),
  define({
    name: "gvisor.is_raw",
    type: "boolean",
    description: "Whether a call came as its number and registers alone, without paths and data.",
    read: ({ type }) => type === "syscall",
  }),
  define({
    name: "gvisor.dropped",
    type: "uint32",
    description:
      "Points that the Sentry has dropped since the session began, as the message of the event has it.",
    read: ({ message }) => message.droppedCount,
  }),
  define({
    name: "gvisor.fd.path",
    type: "string",
    description:
      "What gVisor calls the open file: its path with symbolic links resolved, socket:[3] and the like.",
    eventTypes: descriptorTypes,
    needs: ["context:thread_id", "descriptors", "optional:fd_path"],
    read: ({ fd }) => fd?.fdPath,
  }),
  define({
    name: "gvisor.fd.is_deleted",
    type: "boolean",
    description: "Whether the open file has no name any more.",
    eventTypes: descriptorTypes,
    needs: ["context:thread_id", "descriptors", "optional:fd_path"],
    read: ({ fd }) => fd?.deleted,
  }),
  ofDescriptor(
    "gvisor.fd.is_listening",
    "Whether the socket listens.",
    ({ socket }) => socket?.listening ?? false,
  ),
  ofDescriptor(
    "gvisor.fd.close_on_exec",
    "Whether an exec closes the descriptor.",
    ({ closeOnExec }) => closeOnExec,
  ),
  ...pipeFields("stdin", "pipeInput", "writes to"),
  ...pipeFields("stdout", "pipeOutput", "reads from"),
  define({
    name: "gvisor.mapping.is_anonymous",
    type: "boolean",
    description: "Whether memory that is mapped executable has no file: code made at run time.",
    eventTypes: types("sentry_mmap"),
    read: (event) => (event.type === "sentry_mmap" ? event.args.path === undefined : undefined),
  }),
  define({
    name: "gvisor.mapping.is_program",
    type: "boolean",
    description: "Whether the file that is mapped executable is the program itself.",
    eventTypes: types("sentry_mmap"),
    read: (event) => (event.type === "sentry_mmap" ? event.args.isProgram : undefined),
  }),
  define({
    name: "gvisor.mapping.is_upper_layer",
    type: "boolean",
    description:
      "Whether the file that is mapped executable was written after the container's image was made.",
    eventTypes: types("sentry_mmap"),
    read: (event) => (event.type === "sentry_mmap" ? event.args.file?.overlayfsUpper : undefined),
  }),
  define({
    name: "gap.kind",
    type: "string",
    description: "What a gap event misses: drop, malformed_frame, name_change and so on.",
    eventTypes: types("gap"),
    values: Object.keys(gapKinds).sort(),
    read: (event) => (event.type === "gap" ? event.args.kind : undefined),
  }),
];
