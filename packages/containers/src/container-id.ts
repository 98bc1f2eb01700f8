/** Ids as Docker, Podman, containerd and CRI-O make them. Nothing else goes into a request. */
const daemonMade = /^[0-9a-f]{64}$/;

/** Whether a daemon can have made that id. */
export function isDaemonMade(id: string): boolean {
  return daemonMade.test(id);
}

/** Ids that a container of any runtime may have. */
const anyId = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** Whether a source can be asked of that id. */
export function isContainerId(id: string): boolean {
  return anyId.test(id);
}
