/** A process of a container, as `runsc ps` knows it. Its ids are those of the sandbox's root pid namespace. */
export interface RunscProcess {
  readonly pid: number;
  /** Who is its parent now; 0 where nobody in the sandbox is. */
  readonly parentPid: number;
}

const heading = /^UID +PID +PPID +/;
const line = /^[0-9]{1,10} +([0-9]{1,10}) +([0-9]{1,10}) +/;

/**
 * What `runsc ps` printed (pkg/sentry/control/proc.go): a heading, then a line for each process. The last column is a name that the
 * process chose, with line ends if it likes: so a line that is none is passed over, and a container can make lines up.
 *
 * @throws {TypeError} where it is something else.
 */
export function parseProcesses(printed: string): readonly RunscProcess[] {
  const [first = "", ...lines] = printed.split("\n");
  if (!heading.test(first)) throw new TypeError('"UID PID PPID ..." must be the first line, and is not');
  return lines.flatMap((each) => {
    const [, pid, parentPid] = line.exec(each) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parentPid) }];
  });
}
