import type { TrackedEvent } from "@sentrytap/state";
import { eventOf, failed, returned } from "../../events/test/message.ts";
import { makeProcess, makeThread } from "./tracked-event.ts";

/** What a test may say of a raw call. */
interface Own {
  /** What it returned, or the negated errno. */
  readonly result?: number;
  readonly arch?: "x64" | "arm64";
  readonly thread?: TrackedEvent["thread"];
}

/** The exit of the system call `sysno`, which came as its number and `registers` alone. */
export function makeRawCall(sysno: number, registers: readonly bigint[] = [], own: Own = {}): TrackedEvent {
  const { result = 0, arch = "x64", thread = makeThread(makeProcess()) } = own;
  const [arg1 = 0n, arg2 = 0n, arg3 = 0n, arg4 = 0n, arg5 = 0n, arg6 = 0n] = registers;
  const exit = result < 0 ? failed(-result) : returned(result);
  const fields = { sysno: BigInt(sysno), arg1, arg2, arg3, arg4, arg5, arg6, exit };
  // Events are made with places for what state attaches.
  return Object.assign(eventOf("SYSCALL_RAW", fields, { id: "box", arch }), { thread }) as TrackedEvent;
}
