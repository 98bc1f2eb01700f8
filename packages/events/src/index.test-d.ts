import { type Batches, pipe } from "@sentrytap/core";
import type {
  ContainerStart,
  CredentialsView,
  StreamItem,
  SyscallConnect,
  SyscallExecve,
  SyscallOpen,
} from "@sentrytap/wire";
import { describe, expectTypeOf, test } from "vitest";
import {
  type ConnectEvent,
  type Event,
  type EventOf,
  type EventType,
  type ExecveArgs,
  events,
  type OpenArgs,
  type OpenEvent,
  parseSocketAddress,
  type SocketAddress,
  type SyscallEvent,
  type SyscallParams,
} from "./index.ts";

declare const event: Event;
declare const messages: Batches<StreamItem>;

describe("type narrows", () => {
  test("to parameters and message", () => {
    if (event.type === "openat") {
      expectTypeOf(event.args).toEqualTypeOf<OpenArgs>();
      expectTypeOf(event.message).toEqualTypeOf<SyscallOpen>();
      expectTypeOf(event.args.name).toBeString();
      // @ts-expect-error: an open has no address
      event.args.addr;
    }
    if (event.type === "connect") {
      expectTypeOf(event.message).toEqualTypeOf<SyscallConnect>();
      expectTypeOf(event.args.addr).toEqualTypeOf<SocketAddress | undefined>();
    }
    if (event.type === "execve" || event.type === "execveat") {
      expectTypeOf(event.args).toEqualTypeOf<ExecveArgs>();
      expectTypeOf(event.message).toEqualTypeOf<SyscallExecve | ContainerStart>();
    }
    // @ts-expect-error: there is no such type
    if (event.type === "openat3") return;
  });

  test("without narrowing there is what all have", () => {
    expectTypeOf(event.result).toEqualTypeOf<number | undefined>();
    expectTypeOf(event.timeNs).toEqualTypeOf<bigint | undefined>();
    expectTypeOf(event.direction).toEqualTypeOf<"enter" | "exit">();
    expectTypeOf(event.credentials).toEqualTypeOf<CredentialsView | undefined>();
    // @ts-expect-error: only some have a name
    event.args.name;
    // @ts-expect-error: an event is never changed
    event.type = "read";
  });
});

describe("a raw call", () => {
  test("narrows on its name to its arguments", () => {
    if (event.type !== "syscall") return;
    expectTypeOf(event).toEqualTypeOf<SyscallEvent>();
    if (event.args.name === "kill") {
      expectTypeOf(event.args.params).toEqualTypeOf<{ readonly pid: number; readonly sig: number }>();
      expectTypeOf(event.args.params).toEqualTypeOf<SyscallParams<"kill">>();
      // @ts-expect-error: kill has no path
      event.args.params.path;
    }
    if (event.args.name === "unlinkat" || event.args.name === "mkdirat") {
      expectTypeOf(event.args.params.dirfd).toBeNumber();
    }
    if (event.args.name === "clone") {
      expectTypeOf(event.args.params.stack).toBeBigInt();
      expectTypeOf(event.args.params.flags).toBeNumber();
    }
    if (event.args.name === "preadv2") {
      expectTypeOf<keyof typeof event.args.params>().toEqualTypeOf<
        "fd" | "iov" | "iovcnt" | "pos" | "flags"
      >();
    }
    if (event.args.name === "getpid") expectTypeOf<keyof typeof event.args.params>().toBeNever();
    if (event.args.name === "syscall.500") expectTypeOf(event.args.params.arg6).toBeBigInt();
    // @ts-expect-error: there is no such call
    if (event.args.name === "openat3") return;
  });

  test("of any name has arguments that are numbers or addresses", () => {
    if (event.type !== "syscall") return;
    expectTypeOf(event.args.res).toEqualTypeOf<number | undefined>();
    const params: Readonly<Record<string, number | bigint>> = event.args.params;
    expectTypeOf(params).not.toBeNever();
  });
});

describe("EventOf", () => {
  test("gives the event of one type, of several that share one, and of several", () => {
    expectTypeOf<EventOf<"connect">>().toEqualTypeOf<ConnectEvent>();
    expectTypeOf<EventOf<"open">>().toEqualTypeOf<OpenEvent>();
    expectTypeOf<EventOf<"open" | "openat" | "creat">>().toEqualTypeOf<OpenEvent>();
    expectTypeOf<EventOf<"open" | "connect">>().toEqualTypeOf<OpenEvent | ConnectEvent>();
    expectTypeOf<EventOf<EventType>>().toEqualTypeOf<Event>();
    // @ts-expect-error: there is no such type
    expectTypeOf<EventOf<"openat3">>().toBeNever();
  });
});

test("events() fits between messages and events", () => {
  expectTypeOf(pipe(messages, events())).toEqualTypeOf<Batches<Event>>();
});

test("an address narrows on its family", () => {
  const address = parseSocketAddress(new Uint8Array(0));
  if (address?.family === "unix") {
    expectTypeOf(address.path).toBeString();
    // @ts-expect-error: a Unix socket has no port
    address.port;
  }
});
