// The parameters of the calls that make pipes, signalfds, eventfds, timerfds and inotify descriptors, and use them.

/** Parameters of pipe(2) and pipe2(2). */
export interface PipeArgs {
  readonly res: number | undefined;
  /** The reading end, once the call has succeeded. */
  readonly fd1: number | undefined;
  /** The writing end. */
  readonly fd2: number | undefined;
  /** Flags of pipe2; see `pipeFlagNames`. 0 of pipe. */
  readonly flags: number;
}

/** Parameters of signalfd(2) and signalfd4(2). */
export interface SignalfdArgs {
  /** The descriptor, new or the one given, or the negated errno. */
  readonly res: number | undefined;
  /** The signalfd that gets another mask; -1 for a new one. */
  readonly fd: number;
  /** The signals that it takes: bit 0 is signal 1. */
  readonly mask: bigint;
  /** Flags of signalfd4; see `descriptorFlagNames`. 0 of signalfd. */
  readonly flags: number;
}

/** Parameters of eventfd(2) and eventfd2(2). */
export interface EventfdArgs {
  /** The new descriptor, or the negated errno. */
  readonly res: number | undefined;
  /** What its counter begins with. */
  readonly initval: number;
  /** Flags of eventfd2; see `eventfdFlagNames`. 0 of eventfd. */
  readonly flags: number;
}

/** Parameters of timerfd_create(2). */
export interface TimerfdCreateArgs {
  /** The new descriptor, or the negated errno. */
  readonly res: number | undefined;
  /** The clock that it runs by; see `clockName`. */
  readonly clockid: number;
  /** See `timerfdFlagNames`. */
  readonly flags: number;
}

/** How a timer is set: `struct itimerspec`. */
export interface TimerSetting {
  /** Nanoseconds until it expires first, or the time when it does; 0 for a timer that does not run. */
  readonly valueNs: bigint;
  /** Nanoseconds from one expiry to the next; 0 where it expires once. */
  readonly intervalNs: bigint;
}

/** Parameters of timerfd_settime(2). */
export interface TimerfdSettimeArgs {
  readonly res: number | undefined;
  readonly fd: number;
  /** See `timerFlagNames`. */
  readonly flags: number;
  /** The new setting; `undefined` where the caller's memory could not be read. */
  readonly newValue: TimerSetting | undefined;
  /** The setting before, once the call has succeeded, where it asks for it. */
  readonly oldValue: TimerSetting | undefined;
}

/** Parameters of timerfd_gettime(2). */
export interface TimerfdGettimeArgs {
  readonly res: number | undefined;
  readonly fd: number;
  /** The setting, once the call has succeeded. */
  readonly currValue: TimerSetting | undefined;
}

/** Parameters of inotify_init(2) and inotify_init1(2). */
export interface InotifyInitArgs {
  /** The new descriptor, or the negated errno. */
  readonly res: number | undefined;
  /** Flags of inotify_init1; see `descriptorFlagNames`. 0 of inotify_init. */
  readonly flags: number;
}

/** Parameters of inotify_add_watch(2). */
export interface InotifyAddWatchArgs {
  /** Number of the watch, or the negated errno. */
  readonly res: number | undefined;
  readonly fd: number;
  /** The path as the caller gave it. */
  readonly pathname: string;
  /** What is watched for; see `inotifyMaskNames`. */
  readonly mask: number;
}

/** Parameters of inotify_rm_watch(2). */
export interface InotifyRmWatchArgs {
  readonly res: number | undefined;
  readonly fd: number;
  /**
   * Not the number of the watch: gVisor reads it from the register of the third argument, and the call has two
   * (PointInotifyRmWatch in pkg/sentry/syscalls/linux/points.go). Rubbish, until a release mends that.
   */
  readonly wd: number;
}
