import { decodeFrame, type SyscallRaw } from "@sentrytap/wire";
import { describe, expect, it } from "vitest";
import { corpus, fixtures, type Recording } from "../../wire/test/corpus.ts";
import { syscallArgs } from "../src/syscall-args.ts";
import { type SyscallKind, syscallSignature } from "../src/syscall-signature.ts";

// Real programs pass sane arguments: a register that is read as of the wrong kind, or a place too far, shows.

const x64User = 1n << 47n;

/** Whether a program that is no attack may pass `value` as an argument of this kind. */
const sane: Readonly<Record<SyscallKind, (value: number | bigint) => boolean>> = {
  fd: (value) => value >= -1 && value < 1024,
  dirfd: (value) => value === -100 || (value >= -1 && value < 1024),
  pid: (value) => value >= -1 && value < 100_000,
  tid: (value) => value >= 0 && value < 100_000,
  uid: (value) => value >= -1 && value <= 65_535,
  gid: (value) => value >= -1 && value <= 65_535,
  signal: (value) => value >= 0 && value <= 64,
  clock: (value) => value >= 0 && value < 16,
  mode: (value) => value >= 0 && value <= 0o177_777,
  flags: (value) => value >= 0 && value <= 0xffff_ffff,
  int: (value) => value >= -(2 ** 31) && value < 2 ** 31,
  uint: (value) => value >= 0 && value < 2 ** 32,
  long: (value) => value >= -1 && value < 2 ** 32,
  size: (value) => value >= 0 && value < 2 ** 40,
  offset: (value) => value >= -(2 ** 40) && value < 2 ** 40,
  word: () => true,
  address: (value) => value >= 0n && value < x64User,
  pointer: (value) => value >= 0n && value < x64User,
};

function rawMessages(recording: Recording): SyscallRaw[] {
  const sandbox = { id: recording.name, arch: "x64" } as const;
  return recording
    .packets()
    .map((packet) => decodeFrame(sandbox, packet))
    .filter((message) => message.messageType === 6);
}

/** The arguments of the recording that are not sane, as text. */
function strange(recording: Recording): string[] {
  return rawMessages(recording).flatMap((message) => {
    const { name, params } = syscallArgs(message, undefined);
    const signature = syscallSignature("x64", name);
    if (signature === undefined) return [`${name} is not known`];
    const values: Readonly<Record<string, number | bigint>> = params;
    return signature.parameters
      .filter((parameter) => !sane[parameter.kind](values[parameter.name] ?? Number.NaN))
      .map((parameter) => `${name} ${parameter.name}: ${parameter.kind} ${values[parameter.name]}`);
  });
}

describe("raw calls of the recordings have sane arguments", () => {
  const recordings = [...fixtures, ...corpus()].filter(({ name }) =>
    /^rawall_|_raw\.|_falco\.|_scapjson\./.test(name),
  );
  it.each(recordings)("$name", (recording) => {
    expect([...new Set(strange(recording))]).toEqual([]);
  });
});
