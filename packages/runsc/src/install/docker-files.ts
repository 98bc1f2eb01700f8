import { type DaemonJson, readDaemonJson } from "./daemon-json.ts";
import { type FileState, readFileState } from "./file-state.ts";
import { hashOf } from "./hash-of.ts";
import { type KeptReceipt, type Receipt, readReceipt } from "./receipt.ts";

/** Docker's daemon.json and what stands beside it, as they are now. */
export interface DockerFiles {
  /** Where daemon.json really is, or would be. */
  readonly path: string;
  /** `undefined` where it is not there. */
  readonly file: FileState | undefined;
  readonly daemon: DaemonJson;
  /** The copy of daemon.json from before anything was installed. */
  readonly backup: FileState | undefined;
  readonly backupPath: string;
  /** What was written of what was installed. */
  readonly kept: KeptReceipt | undefined;
  readonly receiptPath: string;
  /** The same without what others have taken out of daemon.json since; of nothing where that is all of it. */
  readonly installed: Receipt;
}

/**
 * @throws {TraceError} `ERR_INSTALL` where one of them cannot be read; `ERR_DAEMON_JSON` where daemon.json is not as Docker
 * has it.
 */
export async function readDockerFiles(daemonJson: string, runtime: string): Promise<DockerFiles> {
  const file = await readFileState(daemonJson);
  const path = file?.path ?? daemonJson;
  const daemon = readDaemonJson(file?.text ?? "", daemonJson, runtime);
  const backupPath = `${path}.before-sentrytap`;
  const receiptPath = `${path}.sentrytap`;
  const kept = await readReceipt(receiptPath);
  const backup = await readFileState(backupPath);
  const installed = installedIn(daemon, file, kept?.receipt);
  return { path, file, daemon, backup, backupPath, kept, receiptPath, installed };
}

function installedIn(daemon: DaemonJson, file: FileState | undefined, receipt: Receipt | undefined): Receipt {
  const { runtimes = {}, files = {}, folders = [] } = receipt ?? {};
  const there = Object.entries(runtimes).filter(
    ([name, { podInit }]) => daemon.podInits.get(name) === podInit,
  );
  if (receipt !== undefined && there.length > 0) return { ...receipt, runtimes: Object.fromEntries(there) };
  return {
    version: 1,
    createdFile: file === undefined,
    createdRuntimes: daemon.runtimes === undefined,
    left: hashOf(file?.text ?? ""),
    runtimes: {},
    files,
    folders,
  };
}
