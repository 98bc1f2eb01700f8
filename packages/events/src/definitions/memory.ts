import { Buffer } from "node:buffer";
import type * as wire from "@sentrytap/wire";
import type { Definition } from "../normalized-event.ts";
import { type ProcessContext, readProcessContext } from "../process-context.ts";
import type * as args from "./memory-args.ts";
import { standardStream } from "./standard-stream.ts";
import { nanoseconds } from "./timespec.ts";

export const mmap: Definition<wire.SyscallMmap, args.MmapArgs> = {
  category: "memory",
  args: (m, res) => ({
    res,
    addr: m.addr,
    length: m.lengthNumber,
    prot: m.prot,
    flags: m.flags,
    fd: m.fdNumber,
    offset: m.offsetNumber,
  }),
};

export const sentryExec: Definition<wire.SentryExec, args.SentryExecArgs> = {
  category: "process",
  args: (m) => {
    const binary = programFile(m);
    return {
      binaryPath: m.binaryPath,
      args: m.argv,
      env: m.env,
      execfn: m.execfn || undefined,
      fromMemfd: m.binaryInMemfd || (binary?.ino === undefined ? undefined : false),
      binary,
      sha256: hexadecimal(m.binarySha256),
      sha1: hexadecimal(m.binarySha1),
      stdin: standardStream(m.stdin),
      stdout: standardStream(m.stdout),
      stderr: standardStream(m.stderr),
      pipeInput: pipePeer(m.pipeInputProc),
      pipeOutput: pipePeer(m.pipeOutputProc),
    };
  },
};

/** A file's mode has its type in it, so it is never 0; no file has the inode 0. */
function programFile(m: wire.SentryExec): args.ProgramFile | undefined {
  if (m.binaryMode === 0 && m.binaryIno === 0n) return undefined;
  // Releases that tell the inode tell all.
  const told = m.binaryIno !== 0n;
  return {
    mode: m.binaryMode || undefined,
    uid: m.binaryUid,
    gid: m.binaryGid,
    ino: m.binaryIno || undefined,
    ctimeNs: nanoseconds(m.binaryCtime),
    size: told ? m.binarySizeNumber : undefined,
    nlink: told ? m.binaryNlink : undefined,
    overlayfsUpper: told ? m.binaryOverlayfsUpper : undefined,
    overlayfsLower: told ? m.binaryOverlayfsLower : undefined,
  };
}

function pipePeer(peer: wire.PipeProcInfoView | undefined): ProcessContext | undefined {
  return peer?.contextData && readProcessContext(peer.contextData);
}

function hexadecimal(digest: Uint8Array): string | undefined {
  return digest.length === 0 ? undefined : Buffer.from(digest).toString("hex");
}

export const sentryMmap: Definition<wire.SentryMmap, args.SentryMmapArgs> = {
  category: "memory",
  args: (m) => ({ path: m.mappedPath || undefined, file: mappedFile(m), isProgram: m.isInitialMmap }),
};

function mappedFile(m: wire.SentryMmap): args.FileStatus | undefined {
  if (m.mappedMode === 0 && m.mappedIno === 0n) return undefined;
  return {
    mode: m.mappedMode || undefined,
    uid: m.mappedUid,
    gid: m.mappedGid,
    ino: m.mappedIno || undefined,
    ctimeNs: nanoseconds(m.mappedCtime),
    overlayfsUpper: m.overlayfsUpper,
    overlayfsLower: m.overlayfsLower,
  };
}
