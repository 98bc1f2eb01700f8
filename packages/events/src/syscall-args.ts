import type { SyscallRaw } from "@sentrytap/wire";
import type { EventCategory } from "./event-base.ts";
import { syscallName } from "./syscall-names.ts";
import {
  type SyscallKind,
  type SyscallName,
  type SyscallParameter,
  syscallSignature,
} from "./syscall-signature.ts";
import type { signatures } from "./syscall-signatures.ts";

/** Parameters of a system call of which only the number and the registers are known; narrows on `name`. */
export type SyscallArgs =
  | { readonly [Name in SyscallName]: KnownSyscallArgs<Name> }[SyscallName]
  | UnknownSyscallArgs;

/** Parameters of the system call that Falco names `Name`. */
export interface KnownSyscallArgs<Name extends SyscallName> {
  readonly name: Name;
  /** What the call returned, or the negated errno; undefined on an enter. */
  readonly res: number | undefined;
  /**
   * The arguments, under Falco's names where Falco has the call, else those of its manual page. Of a path or a buffer
   * there is only where it lay in the caller's memory.
   */
  readonly params: SyscallParams<Name>;
}

/** Parameters of a system call that this version does not know. */
export interface UnknownSyscallArgs {
  /** `syscall.` and the number. */
  readonly name: `syscall.${number}`;
  readonly res: number | undefined;
  /** The six registers, some of which may have nothing to do with the call. */
  readonly params: {
    readonly arg1: bigint;
    readonly arg2: bigint;
    readonly arg3: bigint;
    readonly arg4: bigint;
    readonly arg5: bigint;
    readonly arg6: bigint;
  };
}

/**
 * The arguments of the system call that Falco names `Name`, each a number, but for addresses and words of 64 bits, which
 * are bigints. Sizes and offsets are exact up to 2^53 and rounded beyond, where no real size is: programs pass such to
 * say "all".
 */
export type SyscallParams<Name extends SyscallName> = {
  readonly [Word in ArgumentsOf<(typeof signatures)[Name]> as NameOf<Word>]: ValueOf<Word>;
};

// The table of signatures, read by the compiler: "file (fd:fd mode:mode)" has the words "fd:fd" and "mode:mode".
type ArgumentsOf<Signature extends string> = Signature extends `${string}(${infer Text})${string}`
  ? Words<Text>
  : never;
type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;
type NameOf<Word extends string> = Word extends `${infer Name}:${string}` ? Name : never;
type ValueOf<Word extends string> = Word extends `${string}:${WideKind}` ? bigint : number;

/** The kinds that a number may not hold. */
type WideKind = "word" | "address" | "pointer";

/** How a register becomes the number that C takes it for. */
const numbers: Readonly<Record<Exclude<SyscallKind, WideKind>, (register: bigint) => number>> = {
  fd: int32,
  dirfd: int32,
  pid: int32,
  tid: int32,
  uid: id,
  gid: id,
  signal: int32,
  clock: int32,
  mode: uint32,
  flags: uint32,
  int: int32,
  uint: uint32,
  long: int64,
  size: Number,
  offset: int64,
};

function int32(register: bigint): number {
  return Number(BigInt.asIntN(32, register));
}

function uint32(register: bigint): number {
  return Number(BigInt.asUintN(32, register));
}

function int64(register: bigint): number {
  return Number(BigInt.asIntN(64, register));
}

/** uid_t and gid_t are unsigned, the largest standing for none. */
function id(register: bigint): number {
  const value = uint32(register);
  return value === 0xffffffff ? -1 : value;
}

/**
 * Falco's name of the call that `m` is of, `syscall.N` where Linux has none of that number: the `name` of the event's
 * `args`, without the work of reading those.
 */
export function rawSyscallName(m: SyscallRaw): SyscallArgs["name"] {
  return knownName(m) ?? unknownName(m);
}

/** Falco's category of the call that `m` is of. */
export function syscallCategory(m: SyscallRaw): EventCategory {
  const name = knownName(m);
  return name === undefined ? "other" : syscallSignature(m.sandbox.arch, name).category;
}

/** The parameters of the call that `m` is of, `res` being its result. */
export function syscallArgs(m: SyscallRaw, res: number | undefined): SyscallArgs {
  const name = knownName(m);
  if (name === undefined) return unknownArgs(m, res);
  const params: Record<string, number | bigint> = {};
  for (const parameter of syscallSignature(m.sandbox.arch, name).parameters) {
    params[parameter.name] = argument(m, parameter);
  }
  // The type is made from the same table as what it describes.
  return { name, res, params } as SyscallArgs;
}

function unknownArgs(m: SyscallRaw, res: number | undefined): UnknownSyscallArgs {
  const { arg1, arg2, arg3, arg4, arg5, arg6 } = m;
  return { name: unknownName(m), res, params: { arg1, arg2, arg3, arg4, arg5, arg6 } };
}

function knownName(m: SyscallRaw): SyscallName | undefined {
  return syscallName(m.sandbox.arch, m.sysnoNumber);
}

function unknownName(m: SyscallRaw): UnknownSyscallArgs["name"] {
  return `syscall.${m.sysnoNumber}`;
}

function argument(m: SyscallRaw, { kind, register }: SyscallParameter): number | bigint {
  const value = rawRegister(m, register);
  return kind === "word" || kind === "address" || kind === "pointer" ? value : numbers[kind](value);
}

/** What is in a register of the call that `m` is of: the argument `register`, from 0 to 5, all 64 bits of it. */
export function rawRegister(m: SyscallRaw, register: number): bigint {
  switch (register) {
    case 0:
      return m.arg1;
    case 1:
      return m.arg2;
    case 2:
      return m.arg3;
    case 3:
      return m.arg4;
    case 4:
      return m.arg5;
    default:
      return m.arg6;
  }
}
