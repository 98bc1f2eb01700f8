import { readdir, readFile, readlink } from "node:fs/promises";

/**
 * Who reads a sandbox's session, as far as the sockets of its process show.
 *
 * - `alive`: the other end of its connection is open.
 * - `gone`: the other end is closed, as after a crash of whoever read it. The session goes on, and sends to nobody.
 * - `none`: there is no such connection, and so most likely no session.
 * - `unknown`: the sockets cannot be looked at.
 */
export type Consumer = "alive" | "gone" | "none" | "unknown";

/** The Unix sockets of our network namespace, and of that of the first process: a container can have but its processes in common with the host. */
const tables = ["/proc/self/net/unix", "/proc/1/net/unix"];

/** Descriptors of a process that are looked at, at most. */
const maxDescriptors = 100_000;

/**
 * Who reads the session of the sandbox whose process is `pid`. It is the kernel that tells, and not the sandbox. Only a container
 * that may connect to sockets of the host (`--host-uds`) can have a connection that looks like a session's.
 */
export async function consumerOf(pid: number): Promise<Consumer> {
  const sockets = await socketsOf(pid);
  if (sockets === undefined) return "unknown";
  for (const table of tables) {
    const found = consumerIn(await readFile(table, "utf8").catch(() => ""), sockets);
    if (found !== "unknown") return found;
  }
  return sockets.size === 0 ? "none" : "unknown";
}

/** The inodes of the sockets that a process has; `undefined` where it cannot be looked at. */
async function socketsOf(pid: number): Promise<ReadonlySet<string> | undefined> {
  const folder = `/proc/${pid}/fd`;
  try {
    const inodes = new Set<string>();
    for (const fd of (await readdir(folder)).slice(0, maxDescriptors)) {
      const link = await readlink(`${folder}/${fd}`).catch(() => ""); // closed meanwhile
      const [, inode] = /^socket:\[([0-9]+)\]$/.exec(link) ?? [];
      if (inode !== undefined) inodes.add(inode);
    }
    return inodes;
  } catch {
    return undefined;
  }
}

/** References, type SOCK_SEQPACKET, state SS_CONNECTED, inode. */
const line = /^[0-9a-f]+: ([0-9A-F]{8}) [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{4}) ([0-9A-F]{2}) +([0-9]+)/;

/**
 * The same by the text of a table. Of a connected socket its process holds references, and so does the other end until it is closed
 * (unix_release_sock in Linux's net/unix/af_unix.c): three of one that is whole, two of one that is cut.
 */
export function consumerIn(table: string, sockets: ReadonlySet<string>): Consumer {
  let found: Consumer = "unknown";
  for (const each of table.split("\n")) {
    const [, references = "", type, state, inode = ""] = line.exec(each) ?? [];
    if (!sockets.has(inode)) continue;
    if (type !== "0005" || state !== "03") found = found === "unknown" ? "none" : found;
    else if (Number.parseInt(references, 16) >= 3) return "alive";
    else found = "gone";
  }
  return found;
}
