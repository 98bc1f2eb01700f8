import type { Descriptor } from "./descriptor.ts";
import { namesSocket } from "./fd-path.ts";
import { OldestKey } from "./oldest-key.ts";

/** Sockets of one sandbox that are remembered by gVisor's name. */
const maxSockets = 4_096;

/** gVisor numbers the sockets of a sandbox, and uses no number twice (NewInode in pkg/sentry/fsimpl/sockfs). */
const name = /^socket:\[\d{1,20}\]$/;

/**
 * The sockets of one sandbox by gVisor's name of them, `socket:[7]`: so a descriptor is known whose making no point told,
 * such as a copy by fcntl(2), or one that came over a Unix socket.
 */
export class KnownSockets {
  readonly #sockets = new Map<string, Descriptor>();
  readonly #oldest = new OldestKey(this.#sockets);

  /** What the socket is that gVisor calls `fdPath`. */
  find(fdPath: string): Descriptor | undefined {
    return namesSocket(fdPath) ? this.#sockets.get(fdPath) : undefined;
  }

  /** `descriptor` is what is known of its socket now. */
  note(descriptor: Descriptor): void {
    const { fdPath, socket, kind } = descriptor;
    if (fdPath === undefined || socket === undefined || kind === "unknown" || !name.test(fdPath)) return;
    if (this.#sockets.delete(fdPath)) this.#oldest.deleted(fdPath);
    this.#sockets.set(fdPath, descriptor);
    if (this.#sockets.size <= maxSockets) return;
    const oldest = this.#oldest.next();
    if (oldest !== undefined) this.#sockets.delete(oldest);
  }
}
