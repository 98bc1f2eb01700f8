import { Buffer } from "node:buffer";
import { isContainerId } from "../driver/container-id.ts";

/** Which container a peer of a server has connected for. */
export interface PeerContainer {
  /** The folder that its `--root` names; `undefined` where it names none, and has runsc's own. */
  readonly root: string | undefined;
  /** `undefined` of `runsc do`, which makes up an id of its own. */
  readonly id: string | undefined;
  /** Whether it is `runsc trace create`: the sandbox runs already. */
  readonly isAttached: boolean;
  /** Path of the session file that `runsc trace create` was given. */
  readonly file: string | undefined;
}

/** Bytes of a command line that servers read: one that long may have been cut. */
const maxCommandLine = 4_096;

/** What starts a sandbox, or has one connect. All but `do` have the container's id for their last argument. */
const commands: ReadonlySet<string> = new Set(["create", "run", "restore", "do", "trace"]);

/**
 * What the command line of a peer says, which is that of runsc and was read while the peer waited for its answer; `undefined` where it
 * is none with which a sandbox connects.
 */
export function containerOfPeer(cmdline: readonly string[]): PeerContainer | undefined {
  const size = cmdline.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
  // Values of options stand before the command, too.
  const at = cmdline.findIndex((word, index) => index > 0 && commands.has(word));
  if (size >= maxCommandLine || at < 0) return undefined;
  const root = optionIn(cmdline.slice(1, at), "root");
  const [command, ...rest] = cmdline.slice(at);
  if (command === "do") return { root, id: undefined, isAttached: false, file: undefined };
  const isAttached = command === "trace";
  if (isAttached && rest.shift() !== "create") return undefined;
  const id = rest.at(-1);
  if (id === undefined || !isContainerId(id)) return undefined;
  return { root, id, isAttached, file: isAttached ? optionIn(rest, "config") : undefined };
}

/** The value of `--name VALUE` or `--name=VALUE`; the last one counts, as for runsc. One dash is enough. */
function optionIn(words: readonly string[], name: string): string | undefined {
  const flags = [`-${name}`, `--${name}`];
  const at = words.findLastIndex((word) =>
    flags.some((flag) => word === flag || word.startsWith(`${flag}=`)),
  );
  const word = words[at];
  if (word === undefined) return undefined;
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : words[at + 1];
}
