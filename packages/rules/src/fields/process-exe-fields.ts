import type { ProgramFile } from "@sentrytap/events";
import type { Process } from "@sentrytap/state";
import { define } from "./define.ts";
import type { Field, FieldTypes } from "./field.ts";

// What the Sentry tells of a program's file as it loads it. Sentries of 2022 and 2024 tell mode, owner and group, newer
// ones the rest, where the session asks for it.

const ofThread = ["context:thread_id", "programs", "lineage"] as const;
const ofFile = { needs: [...ofThread, "optional:binary_info"] } as const;

/** Whether the file is in one of the layers of an overlay: as in Falco, no where it is not told. */
function layer(name: string, description: string, read: (file: ProgramFile) => boolean | undefined): Field {
  return define({
    name,
    type: "boolean",
    description,
    ...ofFile,
    read: ({ thread }) => {
      if (thread === undefined) return undefined;
      const file = thread.process.binary?.file;
      return (file && read(file)) ?? false;
    },
  });
}

function ofProcess<Type extends "string" | "number" | "unsigned" | "uint32" | "boolean" | "time">(
  name: string,
  type: Type,
  description: string,
  read: (file: ProgramFile, process: Process) => FieldTypes[Type] | undefined,
): Field {
  return define<Type>({
    name,
    type,
    description,
    ...ofFile,
    read: ({ thread }) => {
      const file = thread?.process.binary?.file;
      return file && thread && read(file, thread.process);
    },
  });
}

/** S_ISUID and S_ISGID of a file's mode. */
const setIdBits = 0o6000;

/** Permissions of a file's mode. */
const permissionBits = 0o7777;

function digest(algorithm: "sha256" | "sha1"): Field {
  return define({
    name: `gvisor.exe.${algorithm}`,
    type: "string",
    description: `The ${algorithm.toUpperCase().replace("SHA", "SHA-")} digest of the program's file, in lower-case hexadecimal.`,
    needs: [...ofThread, `optional:binary_${algorithm}`],
    read: ({ thread }) => thread?.process.binary?.[algorithm],
  });
}

/** Falco's fields of the program's file, and `gvisor.exe.*`, which are ours. */
export const processExeFields: readonly Field[] = [
  layer(
    "proc.is_exe_upper_layer",
    "Whether the program's file was written after the container's image was made.",
    ({ overlayfsUpper }) => overlayfsUpper,
  ),
  layer(
    "proc.is_exe_lower_layer",
    "Whether the program's file is in the container's image.",
    ({ overlayfsLower }) => overlayfsLower,
  ),
  ofProcess("proc.exe_ino", "number", "Inode of the program's file.", ({ ino }) =>
    ino === undefined ? undefined : Number(ino),
  ),
  ofProcess(
    "proc.exe_ino.ctime",
    "time",
    "Last change of the inode of the program's file.",
    (file) => file.ctimeNs,
  ),
  ofProcess(
    "proc.exe_ino.ctime_duration_proc_start",
    "time",
    "Nanoseconds from the last change of the program's file to the start of the process.",
    ({ ctimeNs }, { startTimeNs }) => {
      // Of a file that was changed after that there are none.
      if (ctimeNs === undefined || startTimeNs === undefined || ctimeNs >= startTimeNs) return undefined;
      return startTimeNs - ctimeNs;
    },
  ),
  digest("sha256"),
  digest("sha1"),
  ofProcess("gvisor.exe.mode", "string", "Permissions of the program's file, in octal: 0755.", ({ mode }) =>
    mode === undefined ? undefined : `0${(mode & permissionBits).toString(8)}`,
  ),
  ofProcess(
    "gvisor.exe.is_setid",
    "boolean",
    "Whether the program runs as the owner or group of its file (set-user-ID, set-group-ID).",
    ({ mode }) => (mode === undefined ? undefined : (mode & setIdBits) !== 0),
  ),
  ofProcess("gvisor.exe.uid", "uint32", "Owner of the program's file.", ({ uid }) => uid),
  ofProcess("gvisor.exe.gid", "uint32", "Group of the program's file.", ({ gid }) => gid),
  ofProcess("gvisor.exe.size", "unsigned", "Bytes of the program's file.", ({ size }) => size),
  ofProcess(
    "gvisor.exe.nlink",
    "uint32",
    "Names of the program's file; 0 where it has been deleted.",
    (file) => file.nlink,
  ),
];
