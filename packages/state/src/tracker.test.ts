import { type Batches, flat, pipe } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import type { StreamItem } from "@sentrytap/wire";
import { expect, it } from "vitest";
import { eventOf, message } from "../../events/test/message.ts";
import type { TrackedEvent } from "./tracked-event.ts";
import { createTracker, track } from "./tracker.ts";

async function* messages(): AsyncGenerator<readonly StreamItem[]> {
  const contextData = { threadId: 1, threadGroupId: 1, cwd: "/etc" };
  const open = { contextData, sysno: 257n, fd: -100n, pathname: "passwd" };
  yield [message("CONTAINER_START", { contextData, args: ["/bin/cat", "passwd"] })];
  yield [message("SYSCALL_OPEN", open), message("SYSCALL_OPEN", { ...open, exit: { result: 3n } })];
}

async function collect<T>(stream: Batches<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of stream) all.push(...batch);
  return all;
}

it("is a stage that gives each event its thread and descriptor", async () => {
  const tracked = await collect(pipe(messages(), events(), track()));
  expect(tracked.map(({ type, thread, fd }) => [type, thread?.process.exepath, fd?.name])).toEqual([
    ["container_start", "/bin/cat", undefined],
    ["clone", "/bin/cat", undefined],
    ["execve", "/bin/cat", undefined],
    ["openat", "/bin/cat", undefined],
    ["openat", "/bin/cat", "/etc/passwd"],
  ]);
});

it("attaches to the event itself, and makes no other", () => {
  const tracker = createTracker();
  const made = eventOf("SYSCALL_READ", { contextData: { threadId: 1 } });
  const keys = Object.keys(made);
  const seen: unknown[] = [];
  tracker.apply(made, (event) => seen.push(event));
  expect(seen.at(-1)).toBe(made);
  expect(Object.keys(made)).toEqual(keys);
});

it("shows a loop over flat() the tables as they were right after each event", async () => {
  const names = async (loop: AsyncIterable<TrackedEvent>): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for await (const { thread } of loop) seen.push(thread?.process.descriptor(3)?.name);
    return seen;
  };
  const stream = (): Batches<TrackedEvent> => pipe(messages(), events(), track());
  expect(await names(flat(stream()))).toEqual([undefined, undefined, undefined, undefined, "/etc/passwd"]);
});

it("keeps its tables from one stream to the next", async () => {
  const tracker = createTracker();
  await collect(pipe(messages(), events(), track(tracker)));
  const again = await collect(pipe(messages(), events(), track(tracker)));
  const [first] = again;
  if (first === undefined) throw new Error("no event");
  expect(tracker.stats(first.sandbox)).toMatchObject({ threads: 1, processes: 1 });
});
