import { isContainerId } from "./container-id.ts";

/**
 * The container that a `runsc` is called for: the last word of `runsc ... create --bundle ... ID`, and of `run`, `restore` and
 * `trace create` likewise. Of another command line it may be no container's; who asks for it learns that there is none.
 */
export function peerContainerId(cmdline: readonly string[]): string | undefined {
  const last = cmdline.at(-1);
  return last !== undefined && cmdline.length > 1 && isContainerId(last) ? last : undefined;
}
