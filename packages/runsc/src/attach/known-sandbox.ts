import { TraceError } from "@sentrytap/core";
import type { SandboxName } from "./attach-events.ts";
import type { ConnectedSandbox } from "./connections.ts";
import type { FoundSandbox } from "./find-sandboxes.ts";

/** A running sandbox, and what has been done about it. */
export class KnownSandbox {
  readonly found: FoundSandbox;
  /** What others are told of it. */
  readonly name: SandboxName;
  /** Whether it is still to be told that it ran and was not connected. */
  isUnseen: boolean;
  /** How often in a row it could not be attached. */
  attempts = 0;
  /** Before that time it is not tried again. */
  retryAt = 0;
  /** Its attaching, while that is under way. */
  work: Promise<void> | undefined;
  /** What the file of its last session was called. */
  #fileName: string | undefined;
  #isOurs = false;
  #connection: ConnectedSandbox | undefined;
  #arrived: ((connection: ConnectedSandbox) => void) | undefined;

  constructor(found: FoundSandbox, isUnseen: boolean) {
    const { root, id, pid } = found;
    this.found = found;
    this.name = { root, id, pid };
    this.isUnseen = isUnseen;
  }

  /** Where its session has connected. */
  get connection(): ConnectedSandbox | undefined {
    return this.#connection;
  }

  /** Whether it has a session that was created here. */
  get isOurs(): boolean {
    return this.#isOurs;
  }

  /** A session is about to be created, from a file of that name. */
  begin(fileName: string): void {
    this.#fileName = fileName;
    this.#connection = undefined;
  }

  /** Whether it is this sandbox's last session that was created from a file of that name. */
  isOf(fileName: string): boolean {
    return this.#fileName === fileName;
  }

  created(): void {
    this.#isOurs = true;
  }

  removed(): void {
    this.#isOurs = false;
  }

  /** @param isOurs - it is that of the session that was created last. */
  connected(connection: ConnectedSandbox, isOurs: boolean): void {
    this.#connection = connection;
    this.#isOurs = isOurs;
    if (isOurs) this.#arrived?.(connection);
  }

  disconnected(): void {
    this.#connection = undefined;
    this.#isOurs = false;
  }

  /**
   * The connection of its session, which has been created.
   *
   * @throws {TraceError} `ERR_HANDSHAKE` where it does not come in time.
   */
  async arrival(timeoutMs: number): Promise<ConnectedSandbox> {
    if (this.#connection !== undefined) return this.#connection;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#arrived = resolve;
        timer = setTimeout(() => reject(late(this.found, timeoutMs)), timeoutMs);
      });
    } finally {
      this.#arrived = undefined;
      clearTimeout(timer);
    }
  }
}

function late({ root, id }: FoundSandbox, timeoutMs: number): TraceError {
  return new TraceError(
    "ERR_HANDSHAKE",
    `the session of the sandbox ${id} of ${root} is created, and its connection was not seen within ${timeoutMs} ms: is the server's stream read?`,
  );
}
