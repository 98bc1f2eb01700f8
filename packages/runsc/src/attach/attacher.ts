import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import type { Tracker } from "@sentrytap/state";
import type { Message } from "@sentrytap/wire";
import { EventEmitter } from "eventemitter3";
import type { AttachServer } from "./attach.ts";
import type { AttachEvents, Tell } from "./attach-events.ts";
import type { Attachment, AttachStats } from "./attachment.ts";
import { type ConnectedSandbox, Connections } from "./connections.ts";
import type { Finder } from "./find-sandboxes.ts";
import { KnownSandbox } from "./known-sandbox.ts";
import { type Machine, thisMachine } from "./machine.ts";
import type { PeerContainer } from "./peer-container.ts";
import { Seeding } from "./seeding.ts";
import { SessionWork, type SessionWorkOptions } from "./session-work.ts";

/** What an {@link Attacher} is made of. */
export interface AttacherOptions extends SessionWorkOptions {
  readonly server: Omit<AttachServer, "path">;
  readonly tracker: Pick<Tracker, "seed"> | undefined;
  readonly find: Finder;
  readonly lookEveryMs: number;
  readonly machine?: Machine;
}

/** The least time between two looks that nobody has asked for, in milliseconds. */
const leastPauseMs = 100;

/** Looks for sandboxes that are not connected, and has them attached. */
export class Attacher extends EventEmitter<AttachEvents> implements Attachment {
  readonly ready: (message: Message) => Promise<unknown> | undefined;
  readonly #server: Omit<AttachServer, "path">;
  readonly #find: Finder;
  readonly #lookEveryMs: number;
  readonly #machine: Machine;
  readonly #connections: Connections;
  readonly #seeding: Seeding | undefined;
  readonly #work: SessionWork;
  /** How files of sessions are called that are created here: by it their connections are known. */
  readonly #filePrefix = `attach-${randomBytes(8).toString("hex")}-`;
  #files = 0;
  /** Those that ran at the last look, by root and id. */
  #known: ReadonlyMap<string, KnownSandbox> = new Map();
  /** What went wrong at the last look. */
  #wrong: ReadonlySet<string> = new Set();
  #looks = 0;
  readonly #told = { attached: 0, seeded: 0, unseen: 0, failed: 0, detached: 0, error: 0 };
  #looking: Promise<void> | undefined;
  readonly #looped: Promise<void>;
  #wake: (() => void) | undefined;
  #detaching: Promise<void> | undefined;

  constructor(options: AttacherOptions) {
    super();
    const { server, tracker, find, lookEveryMs, seedTimeoutMs, machine = thisMachine } = options;
    this.#server = server;
    this.#find = find;
    this.#lookEveryMs = lookEveryMs;
    this.#machine = machine;
    this.#connections = new Connections(machine);
    this.#seeding = tracker && new Seeding(tracker, seedTimeoutMs);
    this.ready = this.#seeding?.ready ?? (() => undefined);
    this.#work = new SessionWork(options, this.#seeding, machine, this.#tell);
    for (const sandbox of server.stats().sandboxes) this.#connections.add(sandbox);
    server.on("connect", this.#connect);
    server.on("disconnect", this.#disconnect);
    this.#looped = this.#loop();
  }

  stats(): AttachStats {
    const sandboxes = Array.from(this.#known.values(), ({ found, name, work, isOurs }) => {
      const isConnected = this.#connections.of(found) !== undefined;
      const state = isConnected ? "connected" : work === undefined ? "waiting" : "attaching";
      return { ...name, state, isOurs } as const;
    });
    const { error: _, ...told } = this.#told;
    return { sandboxes, looks: this.#looks, ...told };
  }

  async look(): Promise<void> {
    await this.#looking; // which may have been where it is to look
    await this.#look();
    await Promise.all(Array.from(this.#known.values(), ({ work }) => work));
  }

  detach(): Promise<void> {
    this.#detaching ??= this.#detach();
    return this.#detaching;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.detach();
  }

  async #detach(): Promise<void> {
    this.#wake?.();
    await this.#looped;
    const known = [...this.#known.values()];
    await Promise.all(known.map(({ work }) => work));
    await Promise.all(known.filter(({ isOurs }) => isOurs).map((each) => this.#work.remove(each)));
    this.#known = new Map();
    this.#server.off("connect", this.#connect);
    this.#server.off("disconnect", this.#disconnect);
  }

  async #loop(): Promise<void> {
    while (this.#detaching === undefined) {
      await this.#look();
      await this.#pause();
    }
  }

  /** Until the next look, or until a sandbox is to be tried again, or until there is no more to do. */
  async #pause(): Promise<void> {
    const since = performance.now();
    while (this.#detaching === undefined) {
      const retries = Array.from(this.#known.values(), ({ retryAt }) => retryAt).filter((at) => at > since);
      const due = Math.min(since + this.#lookEveryMs, Math.max(since + leastPauseMs, Math.min(...retries)));
      const left = due - performance.now();
      if (left <= 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    if (this.#detaching !== undefined) return;
    const { sandboxes, failures } = await this.#find();
    const wrong = new Map(failures.map((error) => [error.message, error]));
    for (const [message, error] of wrong) if (!this.#wrong.has(message)) this.#tell("error", error);
    this.#wrong = new Set(wrong.keys());
    // Where it could not be looked, what was there is still there, if it runs.
    const before = [...this.#known].filter(([, each]) => this.#machine.isRunning(each.found.pid));
    const known = new Map(wrong.size > 0 ? before : []);
    for (const found of sandboxes) {
      const key = keyOf(found.root, found.id);
      const same = this.#known.get(key);
      const isSame = same?.found.pid === found.pid;
      known.set(key, isSame ? same : new KnownSandbox(found, this.#looks > 0));
    }
    this.#known = known;
    this.#looks++;
    if (this.#detaching === undefined) for (const each of known.values()) this.#attend(each);
  }

  #attend(known: KnownSandbox): void {
    if (known.work !== undefined) return;
    if (this.#connections.of(known.found) !== undefined) {
      known.attempts = 0;
      known.isUnseen = true; // if it is ever lost
    } else if (performance.now() >= known.retryAt) {
      this.#have(known, this.#work.attach(known, `${this.#filePrefix}${++this.#files}`));
    }
  }

  #have(known: KnownSandbox, work: Promise<void>): void {
    known.work = work.finally(() => {
      known.work = undefined;
      this.#wake?.(); // it may have failed, and wants to be tried again
    });
  }

  readonly #connect = (connection: ConnectedSandbox): void => {
    const container = this.#connections.add(connection);
    if (container?.isAttached !== true) return;
    this.#seeding?.hold(connection);
    const file = basename(container.file ?? "");
    if (file.startsWith(this.#filePrefix)) this.#arrived(connection, file);
    else void this.#adopt(connection, container);
  };

  readonly #disconnect = (connection: ConnectedSandbox): void => {
    this.#connections.remove(connection);
    this.#seeding?.release(connection);
    for (const known of this.#known.values()) if (known.connection === connection) known.disconnected();
  };

  /** A session has connected that was created here. */
  #arrived(connection: ConnectedSandbox, file: string): void {
    const known = [...this.#known.values()].find((each) => each.isOf(file));
    known?.connected(connection, true);
    if (known === undefined)
      this.#seeding?.release(connection); // it was that of one who has ended, or has another by now
    else if (known.work === undefined) this.#have(known, this.#work.adopt(known, connection)); // it comes late
  }

  /** A sandbox has connected that ran already, as somebody else has given it a session. */
  async #adopt(connection: ConnectedSandbox, container: PeerContainer): Promise<void> {
    const known = this.#knownOf(connection, container) ?? (await this.#lookFor(connection, container));
    if (!this.#connections.has(connection)) return; // it has gone while it was looked for
    known?.connected(connection, false);
    if (known === undefined) this.#seeding?.release(connection);
    else if (known.work === undefined) this.#have(known, this.#work.adopt(known, connection));
  }

  async #lookFor(connection: ConnectedSandbox, container: PeerContainer): Promise<KnownSandbox | undefined> {
    await this.#looking;
    await this.#look();
    return this.#knownOf(connection, container);
  }

  #knownOf(connection: ConnectedSandbox, { root, id = "" }: PeerContainer): KnownSandbox | undefined {
    if (root !== undefined) return this.#known.get(keyOf(root, id));
    return [...this.#known.values()].find(({ found }) => this.#connections.of(found) === connection);
  }

  readonly #tell: Tell = (name, ...args) => {
    this.#told[name]++;
    try {
      return this.emit(name, ...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
      return true;
    }
  };
}

function keyOf(root: string, id: string): string {
  return `${root}\0${id}`;
}
