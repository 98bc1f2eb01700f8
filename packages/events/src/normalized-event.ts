import type { ContextDataView, CredentialsView, ExitView, StreamItem, TracedSandbox } from "@sentrytap/wire";
import type { EventCategory } from "./event-base.ts";

/** How a kind of message becomes the parameters of an event. */
export interface Definition<Source extends StreamItem, Args extends object> {
  /** Where one kind of message serves calls of several, a function. */
  readonly category: EventCategory | ((message: Source) => EventCategory);
  /** The event's `args`, out of the message and the result. */
  readonly args: (message: Source, result: number | undefined) => Args;
}

/** Whether a call that came to `result` has succeeded: what it wrote into the caller's memory is there then. */
export function succeeded(result: number | undefined): boolean {
  return result !== undefined && result >= 0;
}

/** What an event says of when it happened: see {@link EventBase.direction}. */
export type Direction = "enter" | "exit";

/**
 * The one class behind every event type: one shape for the engine's sake, told apart by `type`. The types in `event.ts`
 * say what each really has. Fields are declared and not initialized: field initializers cost more than all the rest.
 */
export class NormalizedEvent<Source extends StreamItem = StreamItem> {
  declare readonly type: string;
  declare readonly direction: Direction;
  declare readonly message: Source;
  declare readonly sandbox: TracedSandbox;
  /** As of the message. What all messages have is kept here: there it lies elsewhere in each class of them. */
  declare readonly droppedCount: number | undefined;
  declare readonly context: ContextDataView | undefined;
  declare readonly tid: number | undefined;
  declare readonly pid: number | undefined;
  /** What later stages attach: the thread's and the descriptor's state. Here from the start, to keep one shape. */
  declare thread: unknown;
  declare fd: unknown;
  declare fdNumber: number | undefined;
  declare toctou: unknown;
  declare private readonly definition: Definition<Source, object>;
  declare private readonly exit: ExitView | undefined;
  declare private parameters: object | undefined;

  constructor(
    type: string,
    direction: Direction,
    definition: Definition<Source, object>,
    message: Source,
    sandbox: TracedSandbox,
    droppedCount: number | undefined,
    context: ContextDataView | undefined,
    exit: ExitView | undefined,
    tid: number | undefined,
    pid: number | undefined,
  ) {
    this.type = type;
    this.direction = direction;
    this.message = message;
    this.sandbox = sandbox;
    this.droppedCount = droppedCount;
    this.context = context;
    this.tid = tid;
    this.pid = pid;
    this.thread = undefined;
    this.fd = undefined;
    this.fdNumber = undefined;
    this.toctou = undefined;
    this.definition = definition;
    this.exit = exit;
    this.parameters = undefined;
  }

  get category(): EventCategory {
    const { category } = this.definition;
    return typeof category === "function" ? category(this.message) : category;
  }

  get args(): object {
    this.parameters ??= this.definition.args(this.message, this.result);
    return this.parameters;
  }

  get fdPath(): string | undefined {
    const message: StreamItem = this.message;
    return "fdPath" in message ? message.fdPath || undefined : undefined;
  }

  get timeNs(): bigint | undefined {
    return this.context?.timeNs || undefined;
  }

  get containerId(): string | undefined {
    return this.context?.containerId || undefined;
  }

  get processName(): string | undefined {
    return this.context?.processName || undefined;
  }

  get cwd(): string | undefined {
    return this.context?.cwd || undefined;
  }

  get credentials(): CredentialsView | undefined {
    return this.context?.credentials;
  }

  get result(): number | undefined {
    const { exit } = this;
    if (exit === undefined) return undefined;
    const errno = errnoOf(exit);
    return errno === 0 ? exit.resultNumber : -errno;
  }

  get errno(): number | undefined {
    return this.exit === undefined ? undefined : errnoOf(this.exit) || undefined;
  }

  get failed(): boolean {
    return this.exit !== undefined && errnoOf(this.exit) !== 0;
  }
}

/** The largest errno: results from here up to -1 are errors (include/linux/err.h of Linux). */
const maxErrno = 4095;

/**
 * The errno of a call that failed, else 0. Whatever a Sentry sends, a failure is not to look like a success: a negated
 * errno, and one in the place of the result, count as well.
 */
function errnoOf(exit: ExitView): number {
  const errno = exit.errornoNumber;
  if (errno !== 0) return Math.abs(errno);
  const result = exit.resultNumber;
  return result < 0 && result >= -maxErrno ? -result : 0;
}
