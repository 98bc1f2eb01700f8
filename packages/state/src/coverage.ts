/** What a session tells of its sandbox, as far as it has shown. */
export class Coverage {
  /** The calls that it tells decoded, of those that then need not be guessed from raw ones. */
  readonly decodedCalls: Set<string> = new Set();
  /** It tells of execs between their enter and return (sentry/execve). */
  execs = false;
  /** It tells of the decoded enters of execs. */
  execEnters = false;
  /** It tells of births (sentry/clone). */
  births = false;
  /** It tells of the ends of threads (sentry/task_exit). */
  ends = false;
  /** It tells of those, and not of whose they are: it collects no ids. */
  namelessEnds = false;
  /** It tells of close(2). If not, a descriptor's number may stand for something else each time. */
  closes = false;
  /** It has told from the sandbox's first process on. */
  fromStart = false;
}
