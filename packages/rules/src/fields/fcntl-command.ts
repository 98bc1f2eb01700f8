import { named, type Parameter } from "./parameter.ts";
import { falcoFcntlCommand } from "./ppm-flags.ts";

/** `cmd`: what fcntl(2) is asked for. */
export function fcntlCommand(command: number): Parameter {
  const { number, name } = falcoFcntlCommand(command);
  return named("cmd", number, name);
}
