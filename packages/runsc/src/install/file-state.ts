import { access, lstat, readFile, realpath, stat } from "node:fs/promises";
import { TextDecoder, TextEncoder } from "node:util";
import { TraceError } from "@sentrytap/core";
import { isErrno } from "../is-errno.ts";
import { installError } from "./install-error.ts";

/** A file as it is now. */
export interface FileState {
  /** Where it really is: symbolic links have been followed. */
  readonly path: string;
  readonly text: string;
  /** Permissions, such as 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Bytes that a file may have: many times more than any that is read here. */
const maxBytes = 4 * 1024 * 1024;

/**
 * What is at `path`; `undefined` where nothing is. A symbolic link is followed.
 *
 * @throws {TraceError} `ERR_INSTALL` where it is no regular file of text, a link that leads nowhere, or cannot be read.
 */
export async function readFileState(path: string): Promise<FileState | undefined> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (!found.isFile()) throw new TraceError("ERR_INSTALL", `${path} is no regular file`);
    if (found.size > maxBytes) {
      throw new TraceError("ERR_INSTALL", `${path} has ${found.size} bytes, and may have ${maxBytes}`);
    }
    const text = decode(await readFile(real), path);
    return { path: real, text, mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw installError(error, `${path} cannot be read`);
    await refuseLink(path);
    return undefined;
  }
}

/** Whether anything is at `path`. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What would be written behind a link that leads nowhere is not for us to guess. */
async function refuseLink(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  throw new TraceError("ERR_INSTALL", `${path} is a symbolic link that leads nowhere: mend it, or remove it`);
}

/** Text that can be written again byte for byte. */
function decode(bytes: Uint8Array, path: string): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const again = new TextEncoder().encode(text);
  const wrong = bytes.findIndex((byte, index) => byte !== again[index]);
  if (wrong < 0 && again.length === bytes.length) return text;
  const before = new TextDecoder().decode(bytes.subarray(0, wrong)).split("\n");
  const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  throw new TraceError("ERR_INSTALL", `${path}:${place}: error: it is not UTF-8`);
}
