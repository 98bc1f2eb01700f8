import { normalize } from "@sentrytap/events";
import { decodeFrame, type TracedSandbox } from "@sentrytap/wire";
import { afterAll, describe, expect, it } from "vitest";
import { corpus, fixtures, type Recording } from "../../wire/test/corpus.ts";
import { createTracker, type Thread, type TrackedEvent, type TrackStats } from "../src/index.ts";
import { boundedList } from "../src/text.ts";
import { agrees } from "./agreement.ts";

// The tables against the recordings' own word: gVisor says in most events what the tables should know already.

interface Step {
  readonly event: TrackedEvent;
  /** Of the event's thread, what the table knew before the event. */
  readonly before: Thread | undefined;
  /** Of the descriptor that the event uses, the same. */
  readonly knownFd: ReturnType<Thread["process"]["descriptor"]>;
  readonly stats: TrackStats;
}

/** Plays a recording, and calls `look` after every event. */
function play(recording: Recording, look: (step: Step) => void): TrackStats | undefined {
  const sandbox: TracedSandbox = { id: recording.name, arch: "x64" };
  const tracker = createTracker();
  const threads = new Map<number, Thread>();
  for (const packet of recording.packets()) {
    const message = decodeFrame(sandbox, packet);
    if (message.messageType === -1) throw new Error(`${recording.name} has a frame that does not decode`);
    normalize(message, (made) => {
      const before = made.tid === undefined ? undefined : threads.get(made.tid);
      const knownFd = before?.process.descriptor(usedNumber(made));
      tracker.apply(made, (event) => {
        const stats = tracker.stats(sandbox);
        if (stats === undefined) throw new Error("no tables");
        if (event.type === "gap") return;
        if (event.thread !== undefined) threads.set(event.thread.tid, event.thread);
        look({ event, before, knownFd, stats });
      });
    });
  }
  return tracker.stats(sandbox);
}

type Made = Parameters<Parameters<typeof normalize>[1]>[0];

/** The number of the descriptor that the enter of a read, write, close or fcntl is about, else -1. */
function usedNumber(event: Made): number {
  const { message } = event;
  if (event.direction === "exit" || !("fdPath" in message) || !("fd" in message)) return -1;
  return [8, 9, 18, 34].includes(message.messageType) ? Number(message.fd) : -1;
}

/** Events that still have the thread's name from before an exec. */
function hasOldName({ type, direction, failed, message }: TrackedEvent): boolean {
  if (type === "sentry_exec") return true;
  const raw = message.messageType === 6 && message.sysnoNumber === 59;
  return (type === "execve" || type === "execveat" || raw) && direction === "exit" && !failed;
}

/** Recordings at whose end threads are left, and why. */
const endsEarly: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^attach/, "the session was ended before the container"],
  [/^sandbox_killed/, "the connection just ends"],
  [/^drops_/, "ends of threads were dropped"],
  [/^nonutf8|^unreadable\./, "the end of a thread whose name is not UTF-8 is lost"],
  [/^rawall_/, "the session has no ends of threads"],
  [/_minimal/, "the session collects no ids: the container's first thread is known, and not that it ends"],
];

/** Recordings in which a directory is opened in one root, and named in another. */
const afterChroot = /^chroot/;

const totals = { fdPaths: 0, asOpened: 0, explained: 0, names: 0, sameNames: 0 };

const all = new Map([...fixtures, ...corpus()].map((recording) => [recording.name, recording]));
describe.each([...all.values()])("$name", (recording) => {
  it("agrees with the tables, event by event", () => {
    const alive = new Set<number>();
    /** Threads whose exec makes them the leader of their process, by its id. */
    const newLeaders = new Map<number, number>();
    const told = new Map<number, TrackedEvent>();
    const last = play(recording, ({ event, before, knownFd, stats }) => {
      const { thread, context, type, message } = event;
      const ensure = (holds: boolean, what: string): void => {
        if (!holds) expect.fail(`${type} ${event.direction} of ${event.tid}: ${what}`);
      };

      // Every event has its thread, where the session names it.
      const late = type === "exit_notify_parent" && before === undefined;
      ensure(!context?.threadId || late || thread !== undefined, "no thread");
      ensure(thread?.process.pid === thread?.pid, "a thread of two processes");
      ensure(
        thread === undefined || event.pid === undefined || thread.pid === event.pid,
        `is of ${thread?.pid}`,
      );

      // No argument of an innocent program changes while its call goes on.
      ensure(event.toctou === undefined, `${event.toctou?.argument} was ${event.toctou?.onEnter}`);

      // Threads are those that were heard of and have not ended.
      if (type === "sentry_exec" && event.tid !== event.pid) newLeaders.set(event.pid ?? 0, event.tid ?? 0);
      if (type === "procexit") {
        alive.delete(newLeaders.get(event.tid ?? 0) ?? event.tid ?? 0);
        newLeaders.delete(event.tid ?? 0);
      } else if (type !== "exit_notify_parent" && context?.threadId)
        alive.add(context.threadId).add(event.tid ?? 0);
      // The first thread of a sandbox is known without an id.
      else if (type === "container_start" && thread !== undefined) alive.add(thread.tid);
      ensure(stats.threads === alive.size, `${stats.threads} threads, ${alive.size} alive`);

      // Names.
      if (event.processName !== undefined && thread !== undefined && type !== "clone") {
        ensure(hasOldName(event) || thread.name === event.processName, `named ${thread.name}`);
        if (before !== undefined && !hasOldName(event)) {
          totals.names++;
          if (before.name === event.processName) totals.sameNames++;
        }
      }

      // Programs.
      if (type === "sentry_exec") told.set(event.tid ?? 0, event);
      if (type === "execve" && message.messageType === 11 && event.direction === "exit" && !event.failed) {
        const exec = told.get(event.tid ?? 0);
        if (exec?.type === "sentry_exec" && thread !== undefined) {
          const [exe, ...args] = exec.args.args;
          const { binaryPath: exepath, env } = exec.args;
          const kept = { args: boundedList(args), env: boundedList(env) };
          expect(thread.process).toMatchObject({ exe, exepath, ...kept });
        }
        if (exec !== undefined) told.delete(event.tid ?? 0);
      }

      // Descriptors.
      const fdPath = "fdPath" in message ? message.fdPath : "";
      if (knownFd !== undefined && fdPath !== "" && !fdPath.startsWith("[err")) {
        totals.fdPaths++;
        const verdict = agrees(knownFd, fdPath);
        if (verdict === "same") totals.asOpened++;
        if (verdict === "explained") totals.explained++;
        ensure(verdict !== "differs" || afterChroot.test(recording.name), `${knownFd.name} is ${fdPath}`);
      }
    });
    if (!endsEarly.some(([name]) => name.test(recording.name))) {
      expect(last ?? { threads: 0, processes: 0 }).toMatchObject({ threads: 0, processes: 0 });
    }
  });
});

afterAll(() => {
  const { fdPaths, asOpened, names, sameNames } = totals;
  process.stderr.write(`tables against recordings: ${JSON.stringify(totals)}\n`);
  // The recordings beside the sources are chosen for their odd cases: more of their names lead through symbolic links.
  const least = fdPaths > 50_000 ? 0.9 : 0.75;
  expect(asOpened / fdPaths, "descriptors under the very name that gVisor has").toBeGreaterThan(least);
  expect(sameNames / names, "thread names that were known before the event").toBeGreaterThan(0.999);
});
