import { type Batches, pipe } from "@sentrytap/core";
import { type Event, events, type OpenArgs } from "@sentrytap/events";
import type { StreamItem } from "@sentrytap/wire";
import { expectTypeOf, test } from "vitest";
import {
  createTracker,
  type Descriptor,
  type Process,
  type ProcfsDump,
  parseProcfs,
  type Thread,
  type TrackedEvent,
  type TrackStats,
  track,
} from "./index.ts";

declare const messages: Batches<StreamItem>;
declare const event: TrackedEvent;
declare const plain: Event;
declare const thread: Thread;

test("track() fits behind events()", () => {
  expectTypeOf(pipe(messages, events(), track())).toEqualTypeOf<Batches<TrackedEvent>>();
  // @ts-expect-error: messages have to become events first
  pipe(messages, track());
});

test("a tracked event narrows as the event does", () => {
  expectTypeOf(event.thread).toEqualTypeOf<Thread | undefined>();
  expectTypeOf(event.fd).toEqualTypeOf<Descriptor | undefined>();
  if (event.type === "open") {
    expectTypeOf(event.args).toEqualTypeOf<OpenArgs>();
    expectTypeOf(event.fdNumber).toEqualTypeOf<number | undefined>();
  }
  // @ts-expect-error: only tracked events have a thread
  plain.thread;
});

test("what is attached cannot be changed", () => {
  // @ts-expect-error: a moment does not change
  event.thread = undefined;
  expectTypeOf(thread.process.parent).toEqualTypeOf<Process | undefined>();
  // @ts-expect-error: a moment does not change
  thread.process.name = "x";
  for (const [fd, descriptor] of thread.process.descriptors()) {
    expectTypeOf(fd).toBeNumber();
    expectTypeOf(descriptor).toEqualTypeOf<Descriptor>();
  }
  // @ts-expect-error: tables change by events alone
  thread.process.descriptors().clear();
});

test("a dump of procfs is parsed, and seeds a sandbox", () => {
  const dump = parseProcfs("PROCFS DUMP");
  expectTypeOf(dump).toEqualTypeOf<ProcfsDump>();
  expectTypeOf(dump.processes[0]?.startTimeNs).toEqualTypeOf<bigint | undefined>();
  createTracker().seed(plain.sandbox, dump);
  // @ts-expect-error: the text has to be parsed first
  createTracker().seed(plain.sandbox, "PROCFS DUMP");
});

test("what may not be known says so", () => {
  const { process } = thread;
  expectTypeOf(process.isFirst).toEqualTypeOf<boolean | undefined>();
  expectTypeOf(process.isExecSession).toEqualTypeOf<boolean | undefined>();
  expectTypeOf(process.sid).toEqualTypeOf<number | undefined>();
  expectTypeOf(process.root).toEqualTypeOf<string | undefined>();
  expectTypeOf(process.currentParent).toEqualTypeOf<Process | undefined>();
  expectTypeOf(process.threadCount).toEqualTypeOf<number>();
});

test("a tracker takes events and gives figures", () => {
  const tracker = createTracker({ maxThreads: 10 });
  tracker.apply(plain, (tracked) => expectTypeOf(tracked).toEqualTypeOf<TrackedEvent>());
  expectTypeOf(tracker.stats(plain.sandbox)).toEqualTypeOf<TrackStats | undefined>();
  // @ts-expect-error: no such option
  createTracker({ maxProcesses: 10 });
});
