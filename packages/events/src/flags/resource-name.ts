// include/uapi/asm-generic/resource.h of Linux, in order.
const names = `
  RLIMIT_CPU RLIMIT_FSIZE RLIMIT_DATA RLIMIT_STACK RLIMIT_CORE RLIMIT_RSS RLIMIT_NPROC RLIMIT_NOFILE
  RLIMIT_MEMLOCK RLIMIT_AS RLIMIT_LOCKS RLIMIT_SIGPENDING RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_RTPRIO
  RLIMIT_RTTIME`
  .trim()
  .split(/\s+/);

/** The name of what prlimit(2) limits, as `RLIMIT_NOFILE` for 7; `undefined` where Linux has none of that number. */
export function resourceName(resource: number): string | undefined {
  return names[resource];
}
