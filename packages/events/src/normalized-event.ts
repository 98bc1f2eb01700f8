import type {
  ContextDataView,
  CredentialsView,
  ExitView,
  KnownMessage,
  TracedSandbox,
} from "@sentrytap/wire";
import type { EventCategory } from "./event.ts";

/** How a kind of message becomes the parameters of an event. */
export interface Definition<Source extends KnownMessage> {
  readonly category: EventCategory;
  /** The event's `args`, out of the message and the result. */
  readonly args: (message: Source, result: number | undefined) => object;
}

/**
 * The one class behind every event type: one shape for the engine's sake, told apart by `type`. The types in `event.ts`
 * say what each really has.
 */
export class NormalizedEvent<Source extends KnownMessage = KnownMessage> {
  readonly type: string;
  readonly message: Source;
  readonly tid: number | undefined;
  /** What later stages attach: the thread's and the descriptor's state. Here from the start, to keep one shape. */
  thread: unknown;
  fd: unknown;
  fdNumber: number | undefined;
  readonly #definition: Definition<Source>;
  readonly #pid: number | undefined;
  #args: object | undefined;

  constructor(
    type: string,
    message: Source,
    definition: Definition<Source>,
    tid: number | undefined = message.contextData?.threadId || undefined,
    pid: number | undefined = message.contextData?.threadGroupId || undefined,
  ) {
    this.type = type;
    this.message = message;
    this.tid = tid;
    this.thread = undefined;
    this.fd = undefined;
    this.fdNumber = undefined;
    this.#pid = pid;
    this.#definition = definition;
    this.#args = undefined;
  }

  get direction(): "enter" | "exit" {
    return "exit" in this.message && this.message.exit === undefined ? "enter" : "exit";
  }

  get category(): EventCategory {
    return this.#definition.category;
  }

  get sandbox(): TracedSandbox {
    return this.message.sandbox;
  }

  get args(): object {
    this.#args ??= this.#definition.args(this.message, this.result);
    return this.#args;
  }

  get context(): ContextDataView | undefined {
    return this.message.contextData;
  }

  get timeNs(): bigint | undefined {
    return this.message.contextData?.timeNs || undefined;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  get containerId(): string | undefined {
    return this.message.contextData?.containerId || undefined;
  }

  get processName(): string | undefined {
    return this.message.contextData?.processName || undefined;
  }

  get cwd(): string | undefined {
    return this.message.contextData?.cwd || undefined;
  }

  get credentials(): CredentialsView | undefined {
    return this.message.contextData?.credentials;
  }

  get result(): number | undefined {
    const exit = this.#exit;
    if (exit === undefined) return undefined;
    return exit.errornoNumber === 0 ? exit.resultNumber : -exit.errornoNumber;
  }

  get errno(): number | undefined {
    return this.#exit?.errornoNumber || undefined;
  }

  get failed(): boolean {
    return this.errno !== undefined;
  }

  get #exit(): ExitView | undefined {
    return "exit" in this.message ? this.message.exit : undefined;
  }
}
