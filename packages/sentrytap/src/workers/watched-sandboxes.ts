import type { Peer } from "@sentrytap/seqpacket";
import type { Sandbox, SandboxCounters } from "@sentrytap/server";
import type { Architecture } from "@sentrytap/wire";
import type { PostedSandbox, SandboxNow } from "./thread-messages.ts";

/** A sandbox of a worker, as it was last told of. */
class WatchedSandbox implements Sandbox {
  id: string;
  identified = false;
  counters: SandboxCounters = { messages: 0, bytes: 0, malformed: 0, truncated: 0, dropped: 0 };
  readonly arch: Architecture;
  readonly peer: Peer;
  readonly version: number;
  readonly connectedAt: Date;

  constructor({ id, arch, peer, version, connectedAt }: PostedSandbox) {
    this.id = id;
    this.arch = arch;
    this.peer = peer;
    this.version = version;
    this.connectedAt = connectedAt;
  }
}

/** The sandboxes that one worker watches, by the numbers that it gave them. */
export class WatchedSandboxes {
  readonly #byNumber = new Map<number, WatchedSandbox>();

  get all(): readonly Sandbox[] {
    return [...this.#byNumber.values()];
  }

  add(posted: PostedSandbox): Sandbox {
    const sandbox = new WatchedSandbox(posted);
    this.#byNumber.set(posted.number, sandbox);
    return sandbox;
  }

  /** The sandbox of something that is told, with what is known of it since. */
  find(now: SandboxNow): Sandbox {
    const sandbox = this.#get(now.number);
    this.#update(sandbox, now);
    return sandbox;
  }

  /** The sandbox of an alert, by the id that it had then. */
  named(number: number, id: string): Sandbox {
    const sandbox = this.#get(number);
    sandbox.identified ||= sandbox.id !== id;
    sandbox.id = id;
    return sandbox;
  }

  /** Takes in how they stand. Some may not have been told of yet. */
  update(all: readonly SandboxNow[]): void {
    for (const now of all) {
      const sandbox = this.#byNumber.get(now.number);
      if (sandbox !== undefined) this.#update(sandbox, now);
    }
  }

  remove(number: number): void {
    this.#byNumber.delete(number);
  }

  /** Forgets all; returns those that were there. */
  clear(): readonly Sandbox[] {
    const all = this.all;
    this.#byNumber.clear();
    return all;
  }

  #get(number: number): WatchedSandbox {
    const sandbox = this.#byNumber.get(number);
    if (sandbox === undefined) throw new Error(`nothing was told of sandbox ${number}`); // a worker tells of each first
    return sandbox;
  }

  #update(sandbox: WatchedSandbox, { id, identified, counters }: SandboxNow): void {
    sandbox.id = id;
    sandbox.identified = identified;
    sandbox.counters = counters;
  }
}
