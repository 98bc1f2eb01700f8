import type { Architecture } from "@sentrytap/wire";
import type { EventCategory } from "./event-base.ts";
import { arm64Signatures, signatures } from "./syscall-signatures.ts";

/** Falco's name of a system call of Linux on x86-64 or arm64: `kill`, `openat2`, `pread` for pread64(2). */
export type SyscallName = keyof typeof signatures;

/** Every {@link SyscallName}. */
// Object.keys does not know that a const object has no other keys.
export const syscallNames: readonly SyscallName[] = Object.keys(signatures) as SyscallName[];

/**
 * What an argument or result of a system call is.
 *
 * - `fd`: a descriptor; `dirfd`: one of a directory, or -100 (AT_FDCWD) for the working directory.
 * - `pid`: a process, or a process group or all as kill(2) counts them; `tid`: a thread.
 * - `uid` `gid`: an id, or -1 where there is none to change.
 * - `signal`, `clock`: their numbers. `mode`: permission bits. `flags`: bits of 32.
 * - `int` `uint`: a number of 32 bits. `long`: a signed number of 64.
 * - `size`: a number of bytes or things. `offset`: a place in a file, or a length that off_t holds.
 * - `word`: a whole register, whose meaning depends on other arguments.
 * - `address`: a place in the caller's memory that the call is about.
 * - `pointer`: where an argument lies in the caller's memory: a path, a buffer, a struct. A raw message does not carry
 *   what lies there.
 */
export type SyscallKind =
  | "fd"
  | "dirfd"
  | "pid"
  | "tid"
  | "uid"
  | "gid"
  | "signal"
  | "clock"
  | "mode"
  | "flags"
  | "int"
  | "uint"
  | "long"
  | "size"
  | "offset"
  | "word"
  | "address"
  | "pointer";

/** An argument or the result of a system call. */
export interface SyscallValue {
  /** Falco's name for it, else that of the manual page. */
  readonly name: string;
  readonly kind: SyscallKind;
}

/** An argument of a system call. */
export interface SyscallParameter extends SyscallValue {
  /** Which of the six registers has it, from 0. */
  readonly register: number;
}

/** What a system call takes and gives. */
export interface SyscallSignature {
  /** Falco's category of the call. */
  readonly category: EventCategory;
  readonly parameters: readonly SyscallParameter[];
  /**
   * What the call returns where it succeeds. Of kind `fd` where it always is a new descriptor, unlike that of bpf(2),
   * fcntl(2), seccomp(2) or landlock_create_ruleset(2). Mostly `res` of kind `int`: 0, or a count.
   */
  readonly result: SyscallValue;
}

const parsed: Readonly<Record<Architecture, Map<string, SyscallSignature>>> = {
  x64: new Map(),
  arm64: new Map(),
};

/**
 * What the system call that Falco names `name` takes and gives on `arch`; `undefined` where there is no such call. Only
 * the order of clone(2)'s arguments depends on `arch`.
 */
export function syscallSignature(arch: Architecture, name: SyscallName): SyscallSignature;
export function syscallSignature(arch: Architecture, name: string): SyscallSignature | undefined;
export function syscallSignature(arch: Architecture, name: string): SyscallSignature | undefined {
  const known = parsed[arch].get(name);
  if (known !== undefined) return known;
  const text = signatureText(arch, name);
  if (text === undefined) return undefined;
  const signature = parse(text);
  parsed[arch].set(name, signature);
  return signature;
}

function signatureText(arch: Architecture, name: string): string | undefined {
  return (arch === "arm64" ? textIn(arm64Signatures, name) : undefined) ?? textIn(signatures, name);
}

function textIn(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A signature as the table writes it: `process (pid:pid flags:flags) -> fd:fd`. */
function parse(text: string): SyscallSignature {
  const open = text.indexOf("(");
  const close = text.indexOf(")");
  const result = text.slice(close + ") -> ".length);
  return {
    // A test holds the words of the table to be categories.
    category: text.slice(0, open - 1) as EventCategory,
    parameters: parseParameters(text.slice(open + 1, close)),
    result: result === "" ? { name: "res", kind: "int" } : parseValue(result),
  };
}

function parseParameters(text: string): SyscallParameter[] {
  const parameters: SyscallParameter[] = [];
  for (const [register, word] of text.split(" ").entries()) {
    if (word !== "" && word !== "-") parameters.push({ ...parseValue(word), register });
  }
  return parameters;
}

function parseValue(word: string): SyscallValue {
  const colon = word.indexOf(":");
  // A test holds the words of the table to be kinds.
  return { name: word.slice(0, colon), kind: word.slice(colon + 1) as SyscallKind };
}
