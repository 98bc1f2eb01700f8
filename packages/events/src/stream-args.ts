// What the stream tells of itself.

/**
 * What is missing from a stream, by `kind`. None of it proves an attack: the sandbox was slow to be read, the session was
 * attached late, a program renamed itself. All of it is where one could hide.
 */
export type GapArgs =
  /** The Sentry dropped points, the reader being too slow or a message too long. */
  | {
      readonly kind: "drop";
      /** How many since the message before this one. */
      readonly count: number;
    }
  /** A frame that does not decode; what it told is lost. */
  | { readonly kind: "malformed_frame"; readonly reason: string; readonly size: number }
  /** A message of a type that this version does not know. */
  | { readonly kind: "unknown_message"; readonly messageType: number; readonly size: number }
  /**
   * A thread of whose making the stream did not tell: of an exec session, from before the session, or its birth was
   * lost. What program it runs is not known.
   */
  | { readonly kind: "thread_without_birth" }
  /**
   * A process has another name, and no exec was seen: it renamed itself (prctl(2)), or the messages of its exec were
   * lost, as all are that carry a byte that is not UTF-8. Program and arguments are those of before.
   */
  | { readonly kind: "name_change"; readonly before: string; readonly after: string }
  /**
   * An exec gave the process a name that ends within a character, being cut after 15 bytes. gVisor cannot encode it, so
   * nothing more will be told of the process where the session collects process names.
   */
  | { readonly kind: "unreadable_name"; readonly path: string }
  /**
   * A call returned that was never seen to begin; of an exec also one that a raw point alone tells of, where an earlier one
   * had decoded messages.
   */
  | { readonly kind: "exit_without_enter"; readonly call: string }
  /** A call began, and the thread did something else, or ended, before the call was seen to return. */
  | {
      readonly kind: "enter_without_exit";
      readonly call: string;
      /** Of execve(2) and execveat(2), the program as the caller named it. */
      readonly path: string | undefined;
    }
  /** The clock of one thread ran backwards, by about so many nanoseconds. */
  | { readonly kind: "time_reversal"; readonly byNs: number }
  /**
   * A sandbox is gone, and threads of it had not ended: it was killed, its Sentry died, the session was ended,
   * or does not ask for the ends of threads.
   */
  | { readonly kind: "sandbox_lost"; readonly threads: number; readonly processes: number }
  /** Limits made the tables forget: so much in all. Told the first time, and whenever it is twice as much. */
  | {
      readonly kind: "eviction";
      readonly evictedThreads: number;
      readonly evictedDescriptors: number;
      readonly forgotten: number;
    };

/** What can be missing from a stream. */
export type GapKind = GapArgs["kind"];

/** A sandbox's end has no parameters. */
export type SandboxEndArgs = Readonly<Record<never, never>>;
