import {
  type EventOf,
  rawRegister,
  type SyscallName,
  syscallName,
  syscallSignature,
} from "@sentrytap/events";

type RawMessage = EventOf<"syscall">["message"];

/** What a system call, of which a message tells the registers alone, has to do with descriptors. */
export interface RawCall {
  /** Falco's name of it. */
  readonly name: SyscallName;
  /** Which register has the descriptor that it takes, from 0; the first of several. */
  readonly register: number | undefined;
  /** Whether it returns a new descriptor. */
  readonly makes: boolean;
}

const known: Readonly<Record<RawMessage["sandbox"]["arch"], Map<number, RawCall>>> = {
  x64: new Map(),
  arm64: new Map(),
};

/** The call that `message` is of; `undefined` where this version does not know it. */
export function rawCallOf({ sandbox, sysnoNumber }: RawMessage): RawCall | undefined {
  const calls = known[sandbox.arch];
  let call = calls.get(sysnoNumber);
  if (call !== undefined) return call;
  const name = syscallName(sandbox.arch, sysnoNumber);
  if (name === undefined) return undefined;
  const { parameters, result } = syscallSignature(sandbox.arch, name);
  const { register } = parameters.find(({ kind }) => kind === "fd") ?? {};
  call = { name, register, makes: result.kind === "fd" };
  calls.set(sysnoNumber, call);
  return call;
}

/** The descriptor in `register`: an `int`, whatever lies in the upper half. */
export function descriptorIn(message: RawMessage, register: number): number {
  return Number(BigInt.asIntN(32, rawRegister(message, register)));
}
