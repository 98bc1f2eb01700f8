import { type Containers, createContainers, printable, type SourceTrouble, TraceError } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/**
 * Who is asked of containers, as `--containers` says: the daemons of this machine (`auto`), or sockets. `undefined` for nobody;
 * left out it is `auto`.
 */
export function containerSources(
  given: readonly string[] = ["auto"],
): "auto" | readonly string[] | undefined {
  const sockets = given.filter((word) => word.includes("/"));
  const [word, ...others] = given;
  if (sockets.length < given.length && (others.length > 0 || (word !== "auto" && word !== "off"))) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      "--containers takes auto, or off, or the path of a daemon's socket, which can be repeated",
    );
  }
  if (word === "off") return undefined;
  return sockets.length > 0 ? sockets : "auto";
}

/** What tells of containers, as `--containers` says. */
export function openContainers(
  given: readonly string[] | undefined,
  terminal: Terminal,
): Containers | undefined {
  const sources = containerSources(given);
  if (sources === undefined) return undefined;
  return createContainers({ sources, onTrouble: (trouble) => tellTrouble(trouble, terminal) });
}

/** Says that a source does not answer. */
export function tellTrouble({ error, failures }: SourceTrouble, terminal: Terminal): void {
  const times = failures > 1 ? ` (${failures} times)` : "";
  terminal.warn(`nothing is known of some containers: ${printable(error.message)}${times}`);
}
