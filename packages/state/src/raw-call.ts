import { type EventOf, syscallName, syscallSignature } from "@sentrytap/events";

type RawMessage = EventOf<"syscall">["message"];

/** What a system call, of which a message tells the registers alone, has to do with descriptors. */
export interface RawCall {
  /** Falco's name of it. */
  readonly name: string;
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
  const signature = name === undefined ? undefined : syscallSignature(sandbox.arch, name);
  if (name === undefined || signature === undefined) return undefined;
  const { register } = signature.parameters.find(({ kind }) => kind === "fd") ?? {};
  call = { name, register, makes: signature.result.kind === "fd" };
  calls.set(sysnoNumber, call);
  return call;
}

/** The descriptor in `register`: an `int`, whatever lies in the upper half. */
export function descriptorIn(message: RawMessage, register: number): number {
  return Number(BigInt.asIntN(32, registerOf(message, register)));
}

function registerOf(message: RawMessage, register: number): bigint {
  switch (register) {
    case 0:
      return message.arg1;
    case 1:
      return message.arg2;
    case 2:
      return message.arg3;
    case 3:
      return message.arg4;
    case 4:
      return message.arg5;
    default:
      return message.arg6;
  }
}
