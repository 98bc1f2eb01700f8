import type { Batches } from "@sentrytap/core";
import { assertType, describe, expectTypeOf, test } from "vitest";
import {
  type ContextDataView,
  decodeFrame,
  decodeFrames,
  type ExitView,
  type KnownMessage,
  type MalformedFrame,
  type Message,
  type MessageView,
  messageToJson,
  readRecording,
  readTraceFile,
  type SandboxEnd,
  type SentryExec,
  type StreamItem,
  type SyscallOpen,
  type TracedSandbox,
  type UnknownMessage,
  type View,
} from "./index.ts";

declare const sandbox: TracedSandbox;
declare const bytes: Uint8Array<ArrayBuffer>;
declare const decoded: Message | MalformedFrame;

describe("messageType narrows", () => {
  test("to one message", () => {
    if (decoded.messageType === 7) {
      expectTypeOf(decoded).toEqualTypeOf<SyscallOpen>();
      expectTypeOf(decoded.pathname).toBeString();
      expectTypeOf(decoded.fd).toBeBigInt();
      expectTypeOf(decoded.fdNumber).toBeNumber();
      expectTypeOf(decoded.contextData).toEqualTypeOf<ContextDataView | undefined>();
      expectTypeOf(decoded.exit).toEqualTypeOf<ExitView | undefined>();
      // @ts-expect-error: an open has no argv
      decoded.argv;
      // @ts-expect-error: a view cannot be written to
      decoded.messageType = 7;
    }
    if (decoded.messageType === 3) expectTypeOf(decoded).toEqualTypeOf<SentryExec>();
  });

  test("to what is not known, and to what is malformed", () => {
    if (decoded.messageType === 0) expectTypeOf(decoded).toEqualTypeOf<UnknownMessage>();
    if (decoded.messageType === -1) expectTypeOf(decoded).toEqualTypeOf<MalformedFrame>();
    // A malformed frame may lack even the header that has the count.
    expectTypeOf(decoded.droppedCount).toEqualTypeOf<number | undefined>();
    // @ts-expect-error: there is no type 39
    if (decoded.messageType === 39) return;
  });

  test("to all known messages, which share their context", () => {
    if (decoded.messageType === -1 || decoded.messageType === 0) return;
    expectTypeOf(decoded).toEqualTypeOf<KnownMessage>();
    expectTypeOf(decoded.contextData).toEqualTypeOf<ContextDataView | undefined>();
    expectTypeOf(decoded.contextData?.timeNs).toEqualTypeOf<bigint | undefined>();
  });

  test("by the message's name, too", () => {
    if (decoded.messageType === -1) return;
    if (decoded.messageName === "MESSAGE_SYSCALL_OPEN") expectTypeOf(decoded).toEqualTypeOf<SyscallOpen>();
    // @ts-expect-error: names are whole
    if (decoded.messageName === "SYSCALL_OPEN") return;
  });
});

test("every known message is a view of a message", () => {
  expectTypeOf<KnownMessage>().toExtend<MessageView>();
  expectTypeOf<MessageView>().toExtend<View>();
  expectTypeOf<KnownMessage["messageType"]>().not.toEqualTypeOf<number>();
});

test("frames decode to messages or malformed frames, and only messages become JSON", () => {
  expectTypeOf(decodeFrame(sandbox, bytes)).toEqualTypeOf<Message | MalformedFrame>();
  expectTypeOf<StreamItem>().toEqualTypeOf<Message | MalformedFrame | SandboxEnd>();
  expectTypeOf(readRecording("path")).toEqualTypeOf<Batches<StreamItem>>();
  expectTypeOf(decodeFrames(sandbox)(readTraceFile("path"))).toEqualTypeOf<Batches<StreamItem>>();
  // @ts-expect-error: a malformed frame has no JSON
  messageToJson(decoded);
  // @ts-expect-error: an architecture that gVisor does not run on
  assertType<TracedSandbox>({ id: "one", arch: "mips" });
});
