import type { ContextDataView } from "@sentrytap/wire";
import { type Credentials, copyCredentials } from "./credentials.ts";

/** A thread and its process as the Sentry tells of them; `undefined` what the session does not collect. */
export interface ProcessContext {
  /** When it was so: nanoseconds since the epoch. */
  readonly timeNs: bigint | undefined;
  readonly tid: number | undefined;
  readonly threadStartTimeNs: bigint | undefined;
  readonly pid: number | undefined;
  readonly processStartTimeNs: bigint | undefined;
  readonly parentPid: number | undefined;
  readonly containerId: string | undefined;
  readonly processName: string | undefined;
  readonly cwd: string | undefined;
  readonly credentials: Credentials | undefined;
  /** `true` for what `runsc exec` or its like has started; `undefined` for all else, and where it is not collected. */
  readonly isExecSession: true | undefined;
}

/** All of `view`, as a plain object. */
export function readProcessContext(view: ContextDataView): ProcessContext {
  const { credentials } = view;
  return {
    timeNs: view.timeNs || undefined,
    tid: view.threadId || undefined,
    threadStartTimeNs: view.threadStartTimeNs || undefined,
    pid: view.threadGroupId || undefined,
    processStartTimeNs: view.threadGroupStartTimeNs || undefined,
    parentPid: view.parentThreadGroupId || undefined,
    containerId: view.containerId || undefined,
    processName: view.processName || undefined,
    cwd: view.cwd || undefined,
    credentials: credentials && copyCredentials(credentials),
    isExecSession: view.isExecSession || undefined,
  };
}
