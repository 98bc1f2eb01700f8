import { TraceError } from "@sentrytap/core";
import { RunscError, type RunscFailure } from "../driver/runsc-error.ts";
import type { RunscProcess } from "../driver/runsc-process.ts";
import type { TraceSessionConfig } from "../trace-session-config.ts";
import type { Tell } from "./attach-events.ts";
import type { ConnectedSandbox } from "./connections.ts";
import type { FoundSandbox } from "./find-sandboxes.ts";
import type { KnownSandbox } from "./known-sandbox.ts";
import type { Machine } from "./machine.ts";
import { prepareSession } from "./open-session.ts";
import type { Seeding } from "./seeding.ts";
import { Slots } from "./slots.ts";

/** How sandboxes are worked on. */
export interface SessionWorkOptions {
  readonly session: TraceSessionConfig;
  readonly takeOver: boolean;
  readonly seedTimeoutMs: number;
}

/** Sandboxes that are worked on at once: each has runsc run, which takes a CPU for some ten milliseconds. */
const atOnce = 4;

/** How long it is waited before a sandbox is tried again: twice as long each time. */
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/** Containers of a sandbox that are asked for their processes, all at once. */
const maxContainers = 8;

/**
 * When they are asked, in milliseconds from when the session is asked for. It begins about as long after that as an answer takes. Who
 * runs at its beginning is known if he runs at one of these moments: two of them miss half as many as one, measured with processes
 * of some ten milliseconds.
 */
const listingsMs = [0, 10];

/** How often it is looked whether a process has ended, in milliseconds. */
const pollMs = 10;

/** Gives single sandboxes their sessions and seeds, and takes the sessions from them. None of it rejects: failures are told. */
export class SessionWork {
  readonly #options: SessionWorkOptions;
  readonly #seeding: Seeding | undefined;
  readonly #machine: Machine;
  readonly #tell: Tell;
  readonly #slots = new Slots(atOnce);

  /** @param seeding - brings in what ran before; without it nobody asks. */
  constructor(options: SessionWorkOptions, seeding: Seeding | undefined, machine: Machine, tell: Tell) {
    this.#options = options;
    this.#seeding = seeding;
    this.#machine = machine;
    this.#tell = tell;
  }

  /** Gives a sandbox its session, from a file of that name. */
  attach(known: KnownSandbox, fileName: string): Promise<void> {
    return this.#try(known, async () => {
      const { found } = known;
      const { session, takeOver, seedTimeoutMs } = this.#options;
      const { replaces, create } = await prepareSession(found, session, takeOver, this.#machine.consumerOf);
      // About when it begins: of who has ended before the dump, it tells the parents.
      const listed = this.#seeding && listProcesses(found);
      known.begin(fileName);
      await create(fileName);
      known.created();
      // At once: who has ended by then is not in it.
      const printed = this.#seeding && found.runsc.traceProcfs(found.id);
      printed?.catch(() => undefined); // awaited below
      this.#tellUnseen(known);
      this.#tell("attached", known.name, { replaced: replaces });
      const connection = await known.arrival(seedTimeoutMs);
      if (printed !== undefined) this.#seed(known, connection, await printed, listed);
    });
  }

  /** Somebody else has given a sandbox a session with this connection: it lacks what ran before. */
  adopt(known: KnownSandbox, connection: ConnectedSandbox): Promise<void> {
    known.isUnseen = false;
    return this.#try(known, async () => {
      if (this.#seeding === undefined) return;
      await this.#end(connection, known);
      if (known.connection !== connection) return;
      const { runsc, id } = known.found;
      this.#seed(known, connection, await runsc.traceProcfs(id));
    });
  }

  /** Takes the session from a sandbox. */
  async remove(known: KnownSandbox): Promise<void> {
    const { found } = known;
    try {
      await this.#slots.run(() => found.runsc.traceDelete(found.id));
      known.removed();
      this.#tell("detached", known.name);
    } catch (cause) {
      const error = traceErrorOf(cause);
      if (this.#hasEnded(known, error)) return;
      this.#tell("failed", known.name, error, { attempts: 1, retryInMs: undefined });
    }
  }

  /** The end of the runsc that connected: by then the session is there. */
  async #end({ peer }: ConnectedSandbox, known: KnownSandbox): Promise<void> {
    const { seedTimeoutMs } = this.#options;
    const deadline = performance.now() + seedTimeoutMs;
    while (known.connection?.peer === peer && this.#machine.isRunning(peer.pid)) {
      if (performance.now() > deadline) {
        const message = `runsc, process ${peer.pid}, which connected for the sandbox ${known.found.id}, has not ended within ${seedTimeoutMs} ms`;
        throw new RunscError(message, { reason: "timed-out" });
      }
      await passed(pollMs);
    }
  }

  #seed(
    known: KnownSandbox,
    connection: ConnectedSandbox,
    printed: string,
    listed: readonly RunscProcess[] = [],
  ): void {
    const seeded = this.#seeding?.seed(connection, printed, listed);
    if (seeded !== undefined) this.#tell("seeded", known.name, seeded);
  }

  async #try(known: KnownSandbox, work: () => Promise<void>): Promise<void> {
    try {
      await this.#slots.run(work);
      known.attempts = 0;
    } catch (error) {
      this.#fail(known, traceErrorOf(error));
    } finally {
      if (known.connection !== undefined) this.#seeding?.release(known.connection);
    }
  }

  #fail(known: KnownSandbox, error: TraceError): void {
    const { name, connection } = known;
    known.attempts++;
    const retryInMs = Math.min(firstRetryMs * 2 ** (known.attempts - 1), longestRetryMs);
    known.retryAt = performance.now() + retryInMs;
    const reason = reasonOf(error);
    if (reason === "sub-container") known.retryAt = Number.POSITIVE_INFINITY; // it is in the sandbox of another
    // One that has just been started may be about to connect.
    const isNew = error.code === "ERR_SESSION_IN_USE" || reason === "session-exists";
    if (reason === "sub-container" || (isNew && known.attempts === 1) || this.#hasEnded(known, error)) return;
    this.#tellUnseen(known);
    const { attempts } = known;
    this.#tell("failed", name, error, { attempts, retryInMs: connection ? undefined : retryInMs });
  }

  /** Whether that is no failure, but the end of the sandbox or of its session. */
  #hasEnded({ found }: KnownSandbox, error: TraceError): boolean {
    const reason = reasonOf(error);
    if (reason === "no-session") return true;
    // Runsc says so, too, of a sandbox of another release.
    return (reason === "no-container" || reason === "not-running") && !this.#machine.isRunning(found.pid);
  }

  #tellUnseen(known: KnownSandbox): void {
    if (known.isUnseen) this.#tell("unseen", known.name);
    known.isUnseen = false;
  }
}

/** The processes of a sandbox's containers as they are told, from now on. Whatever comes in time is a help, and no need. */
function listProcesses({ containers, runsc }: FoundSandbox): readonly RunscProcess[] {
  const listed: RunscProcess[] = [];
  const list = async (id: string, ms: number): Promise<void> => {
    if (ms > 0) await passed(ms);
    const processes = await runsc.processes(id).catch(() => []);
    listed.push(...processes);
  };
  for (const id of containers.slice(0, maxContainers)) for (const ms of listingsMs) void list(id, ms);
  return listed;
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function reasonOf(error: TraceError): RunscFailure | undefined {
  return error instanceof RunscError ? error.reason : undefined;
}

/** What a call threw, which may be of the file that a session is written to. */
function traceErrorOf(cause: unknown): TraceError {
  if (cause instanceof TraceError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new RunscError(`runsc cannot be called: ${message}`, { reason: "failed", cause });
}
