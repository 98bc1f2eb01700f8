import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TraceError } from "@sentrytap/core";

/** A native object, opaque here. */
export type Handle = object;

/** Memory of its own that a view is to be made on. */
export type Memory = Uint8Array<ArrayBuffer>;

/** What the addon exports; the files of `native/` say what each function does. */
export interface Addon {
  /** `origin`: a path, or the descriptor and the inode of a share. */
  listen(origin: string | Uint32Array, options: Uint32Array, answer: Uint8Array, wake: () => void): Handle;
  take(listener: Handle, wait: boolean): [records: Memory, bytes: Memory] | undefined;
  finish(listener: Handle): boolean;
  stopAccepting(listener: Handle): void;
  closeConnection(listener: Handle, connection: number): void;
  close(listener: Handle, discard: boolean): void;
  stats(listener: Handle): Memory;
  ref(listener: Handle, on: boolean): void;

  spread(path: string, options: Uint32Array, wake: () => void): Handle;
  share(spread: Handle): Memory;
  withdraw(spread: Handle, share: number): void;
  look(spread: Handle): Memory;
  closeSpread(spread: Handle): void;

  connect(path: string): Handle | undefined;
  send(
    connection: Handle,
    bytes: Uint8Array,
    offsets: Uint32Array,
    first: number,
    sliceMs: number,
    done: (sent: number) => void,
  ): void;
  trySend(connection: Handle, bytes: Uint8Array, offsets: Uint32Array, first: number): number;
  receive(
    connection: Handle,
    limit: number,
    sliceMs: number,
    done: (got: ArrayBuffer | number) => void,
  ): void;
  disconnect(connection: Handle): void;
}

let loaded: Addon | undefined;

/**
 * The native addon, loaded by the first call: importing the package needs no binary, so replay and rules work anywhere.
 *
 * The environment variable SENTRYTAP_SEQPACKET_ADDON names another file to load in its place.
 */
export function loadAddon(): Addon {
  loaded ??= load();
  return loaded;
}

function load(): Addon {
  const { platform, arch } = process;
  const libc = detectLibc();
  const chosen = process.env["SENTRYTAP_SEQPACKET_ADDON"];
  const path =
    chosen === undefined || chosen === ""
      ? fileURLToPath(new URL(`../prebuilds/${platform}-${arch}-${libc}/seqpacket.node`, import.meta.url))
      : resolve(chosen);
  const where = `${platform} ${arch} (${libc}); looked at ${path}`;
  if (!existsSync(path)) {
    throw new TraceError(
      "ERR_ADDON_UNAVAILABLE",
      `@sentrytap/seqpacket has no native addon for ${where}. It exists for linux x64 and arm64, glibc and musl: ` +
        "reinstall the package there; in a checkout run node packages/seqpacket/native/build.mjs",
    );
  }
  try {
    // The addon's exports are written by hand to match; a require of a binary has no types.
    return createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    throw new TraceError(
      "ERR_ADDON_UNAVAILABLE",
      `the native addon of @sentrytap/seqpacket does not load on ${where}: ${String(error)}. Reinstall the package on ` +
        "this machine; in a checkout run node packages/seqpacket/native/build.mjs --force",
      { cause: error },
    );
  }
}

/** By the dynamic loader that the Node.js executable names near its beginning. */
function detectLibc(): "glibc" | "musl" | "unknown libc" {
  if (process.platform !== "linux") return "unknown libc";
  const head = new Uint8Array(4096);
  try {
    const fd = openSync(process.execPath, "r");
    try {
      readSync(fd, head);
    } finally {
      closeSync(fd);
    }
  } catch {
    return "glibc"; // The more common one; where it is wrong, loading fails and says why.
  }
  return new TextDecoder("latin1").decode(head).includes("/ld-musl-") ? "musl" : "glibc";
}
