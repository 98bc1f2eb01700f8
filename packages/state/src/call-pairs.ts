import { type Event, syscallName } from "@sentrytap/events";
import type { Coverage } from "./coverage.ts";
import type { Gaps } from "./gaps.ts";
import type { LiveThread } from "./live-thread.ts";
import { bounded } from "./text.ts";

/** A call, as enters and exits are paired by: the event's type, or the number of a raw one. */
export type Call = string | number;

/** No system call has a larger number: gVisor's points go up to this one (MaxSyscallNum in pkg/abi/sentry/syscall.go). */
const maxSysno = 2000;

/** The time of the last call of a thread that has made none. */
const never = -1;

/** Notices calls of one sandbox whose enter or exit is missing, and clocks that run backwards. */
export class CallPairs {
  readonly #gaps: Gaps;
  readonly #coverage: Coverage;
  /** Calls of which an enter has been seen, and of which an exit: the session asks for these. */
  readonly #entering = new Set<Call>();
  readonly #exiting = new Set<Call>();
  /** Those that are of both for sure. */
  readonly #paired = new Set<Call>();
  /** The last call that both were seen of: most often also the next. */
  #lastPair: Call | undefined;

  constructor(gaps: Gaps, coverage: Coverage) {
    this.#gaps = gaps;
    this.#coverage = coverage;
    this.#lastPair = undefined;
  }

  /** Whether enter and exit come in pairs: no call of a thread begins before the last one has returned. */
  note(event: Event, thread: LiveThread): void {
    switch (event.type) {
      // The most frequent first: the engine compares one after the other.
      case "read":
      case "close":
      case "write":
      case "openat":
      case "fcntl":
        this.#noteStep(event, thread, false, event.type);
        return;
      case "procexit":
        this.#noteUnreturned(event, thread, false);
        this.#noteUnreturned(event, thread, true);
        return;
      case "sentry_exec":
      case "container_start":
      case "sentry_mmap":
      case "exit_notify_parent":
      case "gap":
      case "sandbox_end":
        return;
      case "clone":
        if (event.message.messageName === "MESSAGE_SYSCALL_CLONE")
          this.#noteStep(event, thread, false, "clone");
        return;
      case "execve":
      case "execveat":
        if (event.message.messageType !== 11) return; // a container's first program, which nobody called execve for
        if (event.direction === "enter") thread.execPath = bounded(event.message.pathname);
        this.#noteStep(event, thread, false, event.type);
        return;
      case "syscall": {
        // A session may ask for a call twice, raw and decoded.
        const { sysnoNumber } = event.message;
        if (sysnoNumber <= maxSysno) this.#noteStep(event, thread, true, sysnoNumber);
        return;
      }
      default:
        this.#noteStep(event, thread, false, event.type);
    }
  }

  #noteStep(event: Event, thread: LiveThread, isRaw: boolean, call: Call): void {
    const began = isRaw ? thread.beganRaw : thread.began;
    if (event.direction === "enter") {
      if (began !== undefined) this.#noteUnreturned(event, thread, isRaw);
      begin(thread, isRaw, call);
      this.#noteTime(event, thread);
    } else if (began === call) {
      begin(thread, isRaw, undefined);
      if (call === this.#lastPair) return;
      this.#lastPair = call;
      if (this.#paired.has(call)) return;
      this.#paired.add(call);
      this.#entering.add(call);
      this.#exiting.add(call);
    } else {
      this.#noteUnreturned(event, thread, isRaw);
      // The first that is heard of a thread may be the return of a call from before the session.
      if (thread.lastTimeNs !== never && this.#entering.has(call)) {
        this.#gaps.add({ kind: "exit_without_enter", call: nameOf(call, event) });
      }
      this.#noteTime(event, thread);
      this.#exiting.add(call);
    }
  }

  #noteUnreturned(event: Event, thread: LiveThread, isRaw: boolean): void {
    const call = isRaw ? thread.beganRaw : thread.began;
    if (call === undefined) return;
    begin(thread, isRaw, undefined);
    this.#entering.add(call);
    const isExec = call === "execve" || call === "execveat";
    if (!this.#exiting.has(call) && !(isExec && this.#asksForExecs)) return;
    const path = isExec ? thread.execPath : undefined;
    this.#gaps.add({ kind: "enter_without_exit", call: nameOf(call, event), path });
  }

  /**
   * Whether the session asks for what execs come to, though it was not seen yet: one that asks it of other calls does, unless it
   * has the Sentry's own word. So the first exec, too, is missed.
   */
  get #asksForExecs(): boolean {
    return this.#exiting.size > 0 && !this.#coverage.execs;
  }

  /** Once for each call: reading a time costs as much as all the rest. */
  #noteTime({ context }: Event, thread: LiveThread): void {
    const timeNs = context?.timeNsNumber ?? 0;
    const byNs = thread.lastTimeNs - timeNs;
    if (byNs > 0 && timeNs !== 0) this.#gaps.add({ kind: "time_reversal", byNs });
    thread.lastTimeNs = timeNs;
  }
}

/** `call` is what `thread` is in, or nothing. */
function begin(thread: LiveThread, isRaw: boolean, call: Call | undefined): void {
  if (isRaw) thread.beganRaw = call;
  else thread.began = call;
}

function nameOf(call: Call, { sandbox }: Event): string {
  return typeof call === "string" ? call : (syscallName(sandbox.arch, call) ?? `syscall.${call}`);
}
