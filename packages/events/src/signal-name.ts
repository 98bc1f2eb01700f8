// signal(7), as x86-64 and arm64 number them; in order from 1.
const names = `
  SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM
  SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF
  SIGWINCH SIGIO SIGPWR SIGSYS`
  .trim()
  .split(/\s+/);

/** The name of a signal, as `SIGKILL` for 9; `undefined` for real-time signals and what is none. */
export function signalName(signal: number): string | undefined {
  return names[signal - 1];
}
