import { create, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { type Event, normalize } from "@sentrytap/events";
import { createTracker, type TrackedEvent } from "@sentrytap/state";
import { decodeFrame, encodeFrame, MessageType, payloadSchemas, type TracedSandbox } from "@sentrytap/wire";

/** Fields of a message, under the names of protobuf-es. */
export type Fields = Readonly<Record<string, unknown>>;

/** What messages of a thread say of it. */
export interface Context extends Fields {
  readonly threadId: number;
  readonly threadGroupId: number;
}

/** A system call by its message, without the prefix that all of them have: `OPEN`. */
export type CallName = keyof typeof MessageType extends infer Name
  ? Name extends `MESSAGE_SYSCALL_${infer Call}`
    ? Call
    : never
  : never;

/** The context of thread `tid` of process `pid`. */
export function threadOf(tid: number, pid: number = tid, more: Fields = {}): Context {
  const names = { containerId: "c1", cwd: "/srv", processName: "sh", credentials: {} };
  return { threadId: tid, threadGroupId: pid, timeNs: startNs, ...names, ...more };
}

const startNs = 1_700_000_000_000_000_000n;

/** The first thread of a container. */
export const first: Context = threadOf(1);

/** A made-up sandbox: messages go as bytes through the normalizer and the tracker. */
export class Box {
  readonly #sandbox: TracedSandbox = { id: "box", arch: "x64" };
  readonly #tracker = createTracker();

  /** Starts a container with `/bin/sh`, thread 1. */
  constructor() {
    this.send("MESSAGE_CONTAINER_START", first, {
      id: "c1",
      args: ["/bin/sh", "-c", "run"],
      env: ["HOME=/srv"],
      cwd: "/srv",
    });
  }

  /** Sends one message; its last event, tracked. */
  send(name: keyof typeof MessageType, context: Context, fields: Fields = {}): TrackedEvent {
    const type: number = MessageType[name];
    const schema = payloadSchemas[type] as DescMessage; // every type that has a name has one
    const payload = toBinary(schema, create(schema, { contextData: context, ...fields }));
    let last: TrackedEvent | undefined;
    normalize(decodeFrame(this.#sandbox, encodeFrame(type, payload, { droppedCount: 0 })), (event: Event) => {
      this.#tracker.apply(event, (tracked) => {
        last = tracked;
      });
    });
    if (last === undefined) throw new Error(`${name} makes no event`);
    return last;
  }

  /**
   * A call's enter and exit; the exit's event. `result` below 0 is the negated errno, `after` what the thread is when it
   * returns.
   */
  call(
    name: CallName,
    fields: Fields,
    result = 0,
    context: Context = first,
    after: Context = context,
  ): TrackedEvent {
    const message = `MESSAGE_SYSCALL_${name}` as const;
    this.send(message, context, fields);
    const exit = result < 0 ? { errorno: BigInt(-result) } : { result: BigInt(result) };
    return this.send(message, after, { ...fields, exit });
  }

  /** Opens `pathname`, as open(2). */
  open(pathname: string, fd: number, flags = 0, mode = 0): TrackedEvent {
    return this.call("OPEN", { sysno: 2n, pathname, flags, mode, fdPath: "" }, fd);
  }

  /** Opens `pathname`, as openat(2). */
  openat(dirfd: number, pathname: string, fd: number, flags = 0, fdPath = ""): TrackedEvent {
    return this.call("OPEN", { sysno: 257n, fd: BigInt(dirfd), fdPath, pathname, flags }, fd);
  }

  /** A thread of `creator` makes process `pid`. */
  fork(creator: Context, pid: number): TrackedEvent {
    return this.send("MESSAGE_SENTRY_CLONE", creator, { createdThreadId: pid, createdThreadGroupId: pid });
  }

  /** The program `binaryPath` takes the place of the thread's. */
  exec(
    context: Context,
    pathname: string,
    argv: readonly string[],
    binaryPath: string = pathname,
  ): TrackedEvent {
    const fields = { sysno: 59n, pathname, argv, envv: ["MODE=test"] };
    this.send("MESSAGE_SYSCALL_EXECVE", context, fields);
    this.send("MESSAGE_SENTRY_EXEC", context, { binaryPath, argv, env: ["MODE=test"] });
    const processName = pathname.slice(pathname.lastIndexOf("/") + 1);
    return this.send(
      "MESSAGE_SYSCALL_EXECVE",
      { ...context, processName },
      { ...fields, exit: { result: 0n } },
    );
  }
}
