import { named, type Parameter } from "./parameter.ts";

const fcntlCommands: Readonly<Record<number, string>> = {
  0: "F_DUPFD",
  1: "F_GETFD",
  2: "F_SETFD",
  3: "F_GETFL",
  4: "F_SETFL",
  5: "F_GETLK",
  6: "F_SETLK",
  7: "F_SETLKW",
  8: "F_SETOWN",
  9: "F_GETOWN",
  10: "F_SETSIG",
  11: "F_GETSIG",
  1024: "F_SETLEASE",
  1025: "F_GETLEASE",
  1030: "F_DUPFD_CLOEXEC",
  1031: "F_SETPIPE_SZ",
  1032: "F_GETPIPE_SZ",
};

/** `cmd`: what fcntl(2) is asked for. */
export function fcntlCommand(command: number): Parameter {
  const name = fcntlCommands[command] ?? "UNKNOWN";
  // Falco numbers the old commands from 1.
  return named("cmd", command < 1024 ? command + 1 : command, name);
}
