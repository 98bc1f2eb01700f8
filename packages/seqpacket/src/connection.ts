/// <reference lib="esnext.disposable" preserve="true" />

import { constants } from "node:os";
import { TraceError } from "@sentrytap/core";
import type { Addon, Handle } from "./addon.ts";
import { carefully, errnoName, socketError, systemError } from "./socket-error.ts";

/** How {@link Connection.handshake} waits. */
export interface HandshakeOptions {
  /** Milliseconds until it gives up. Default 10,000. */
  readonly timeoutMs?: number;
}

/** The connecting end of a SOCK_SEQPACKET socket: what a Sentry is to us, for replay and tests. */
export interface Connection {
  /** Where it is connected to. */
  readonly path: string;

  /** Sends the first packet and waits for the answer, which it returns: the caller's own bytes. */
  handshake(bytes: Uint8Array, options?: HandshakeOptions): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Sends packets and resolves when the kernel has taken all: the peer not reading is backpressure here. One call at a
   * time, and `bytes` must not change until then.
   *
   * @param offsets - where packets begin and end: packet i is `bytes` from `offsets[i]` to `offsets[i + 1]`. Default:
   * `bytes` is one packet.
   */
  send(bytes: Uint8Array, offsets?: Uint32Array): Promise<void>;

  /** Sends the packets that the kernel takes at once and returns how many these were; the rest was not sent. */
  trySend(bytes: Uint8Array, offsets?: Uint32Array): number;

  /** Disconnects; a `send` or `handshake` under way is rejected with `ERR_CLOSED`. Closing again is fine. */
  close(): Promise<void>;

  [Symbol.asyncDispose](): Promise<void>;
}

/** How long one piece of work may hold a thread of libuv's pool; closing takes at most that. */
const SLICE_MS = 20;
/** What the Sentry side reads of an answer. */
const ANSWER_LIMIT = 10_240;

const { EAGAIN, EMSGSIZE } = constants.errno;

class NativeConnection implements Connection {
  readonly path: string;
  readonly #addon: Addon;
  readonly #handle: Handle;
  #work: Promise<unknown> | undefined;
  #closed = false;

  constructor(addon: Addon, path: string, handle: Handle) {
    this.#addon = addon;
    this.path = path;
    this.#handle = handle;
  }

  async handshake(bytes: Uint8Array, options?: HandshakeOptions): Promise<Uint8Array<ArrayBuffer>> {
    const deadline = performance.now() + (options?.timeoutMs ?? 10_000);
    return await this.#exclusive(async () => {
      await this.#send(bytes, Uint32Array.of(0, bytes.length), deadline);
      return await this.#receive(deadline);
    });
  }

  async send(bytes: Uint8Array, offsets: Uint32Array = Uint32Array.of(0, bytes.length)): Promise<void> {
    checkOffsets(bytes, offsets);
    await this.#exclusive(() => this.#send(bytes, offsets, Number.POSITIVE_INFINITY));
  }

  trySend(bytes: Uint8Array, offsets: Uint32Array = Uint32Array.of(0, bytes.length)): number {
    checkOffsets(bytes, offsets);
    this.#checkFree();
    const count = Math.max(0, offsets.length - 1);
    let sent = 0;
    while (sent < count) {
      const result = this.#addon.trySend(this.#handle, bytes, offsets, sent);
      if (result === 0 || result === -EAGAIN) break;
      if (result < 0) throw this.#sendError(-result, offsets, sent);
      sent += result;
    }
    return sent;
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#addon.disconnect(this.#handle);
    }
    await this.#work;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Runs one piece of work at a time; its end is what close() waits for. */
  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#checkFree();
    const running = work();
    this.#work = running.catch(() => undefined);
    try {
      return await running;
    } finally {
      this.#work = undefined;
    }
  }

  #checkFree(): void {
    if (this.#closed) throw this.#closedError();
    if (this.#work === undefined) return;
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `a send or handshake to ${this.path} is under way: await it first`,
    );
  }

  async #send(bytes: Uint8Array, offsets: Uint32Array, deadline: number): Promise<void> {
    for (let first = 0; first + 1 < offsets.length; ) {
      const sent = await this.#slice<number>(deadline, (done) =>
        this.#addon.send(this.#handle, bytes, offsets, first, SLICE_MS, done),
      );
      if (sent < 0) throw this.#sendError(-sent, offsets, first);
      first += sent;
    }
  }

  async #receive(deadline: number): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      const result = await this.#slice<ArrayBuffer | number>(deadline, (done) =>
        this.#addon.receive(this.#handle, ANSWER_LIMIT, SLICE_MS, done),
      );
      if (typeof result !== "number") return new Uint8Array(result);
      if (result === 0)
        throw new TraceError("ERR_HANDSHAKE", `${this.path} closed the connection without an answer`);
      if (result === -EAGAIN) continue;
      const hint = result === -EMSGSIZE ? `; the answer has more than ${ANSWER_LIMIT} bytes` : "";
      throw socketError("ERR_HANDSHAKE", `no answer from ${this.path}`, systemError("recv", -result), hint);
    }
  }

  async #slice<T>(deadline: number, work: (done: (result: T) => void) => void): Promise<T> {
    if (performance.now() > deadline) {
      throw new TraceError("ERR_HANDSHAKE", `${this.path} did not answer in time; does anything read there?`);
    }
    const result = await new Promise<T>(work);
    if (this.#closed) throw this.#closedError();
    return result;
  }

  #sendError(errno: number, offsets: Uint32Array, index: number): TraceError {
    const what = `packet ${index} of ${offsets.length - 1} to ${this.path}`;
    const cause = systemError("sendmmsg", errno);
    if (errno !== EMSGSIZE) return socketError("ERR_SOCKET", `cannot send ${what}`, cause);
    const size = (offsets[index + 1] ?? 0) - (offsets[index] ?? 0);
    return new TraceError(
      "ERR_SOCKET",
      `${what} has ${size} bytes, more than the socket's send buffer (net.core.wmem_default) takes: ${errnoName(errno)}`,
      { cause },
    );
  }

  #closedError(): TraceError {
    return new TraceError("ERR_CLOSED", `the connection to ${this.path} is closed`);
  }
}

function checkOffsets(bytes: Uint8Array, offsets: Uint32Array): void {
  let before = 0;
  for (const [index, offset] of offsets.entries()) {
    if (offset < before || offset > bytes.length) {
      throw new TraceError(
        "ERR_INVALID_ARGUMENT",
        `offsets[${index}] is ${offset}: offsets must not fall, and end within the ${bytes.length} bytes`,
      );
    }
    before = offset;
  }
}

/** The connection to `path`, or undefined while the listener's backlog is full. */
export function openConnection(addon: Addon, path: string): Connection | undefined {
  const handle = carefully(
    () => addon.connect(path),
    (cause) => {
      const hint = cause.code === "ECONNREFUSED" || cause.code === "ENOENT" ? "; nothing listens there" : "";
      return socketError("ERR_SOCKET", `cannot connect to ${path}`, cause, hint);
    },
  );
  return handle === undefined ? undefined : new NativeConnection(addon, path, handle);
}
