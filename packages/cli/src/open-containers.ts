import { type Containers, createContainers, createSocketSource, printable, TraceError } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/**
 * What tells of containers, as `--containers` says: `auto`, `off`, or sockets. `undefined` for nobody; left out it is `auto`.
 */
export function openContainers(
  given: readonly string[] = ["auto"],
  terminal: Terminal,
): Containers | undefined {
  const sockets = given.filter((word) => word.includes("/"));
  const [word, ...others] = given;
  if (sockets.length < given.length && (others.length > 0 || (word !== "auto" && word !== "off"))) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      "--containers takes auto, or off, or the path of a daemon's socket, which can be repeated",
    );
  }
  if (word === "off") return undefined;
  return createContainers({
    ...(sockets.length > 0 && { sources: sockets.map((socket) => createSocketSource(socket)) }),
    onTrouble: ({ error, failures }) => {
      const times = failures > 1 ? ` (${failures} times)` : "";
      terminal.warn(`nothing is known of some containers: ${printable(error.message)}${times}`);
    },
  });
}
