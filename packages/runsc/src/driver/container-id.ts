/** Whether gVisor takes `id` for that of a container (runsc/container/container.go), and a folder can have it in a file's name. */
export function isContainerId(id: string): boolean {
  return /^[A-Za-z0-9_+.-]{1,255}$/.test(id);
}
