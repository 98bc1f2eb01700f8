import { access, constants } from "node:fs/promises";
import { resolve } from "node:path";
import { TraceError } from "@sentrytap/core";
import { isErrno } from "../is-errno.ts";
import type { TraceSessionConfig } from "../trace-session-config.ts";
import { isContainerId } from "./container-id.ts";
import { failureOf, saidOf } from "./failure-of.ts";
import { findRunsc } from "./find-runsc.ts";
import { runProgram } from "./run-program.ts";
import { parseContainer, parseContainers, type RunscContainer } from "./runsc-container.ts";
import { RunscError } from "./runsc-error.ts";
import { parseProcesses, type RunscProcess } from "./runsc-process.ts";
import { parseVersion, type RunscVersion } from "./runsc-version.ts";
import { parseTraceMetadata, type TraceMetadata } from "./trace-metadata.ts";
import { parseTraceSessions, type TraceSession } from "./trace-sessions.ts";
import { withSessionFile } from "./with-session-file.ts";

/** Options of {@link createRunsc}. */
export interface RunscOptions {
  /** The program: a path, or a name to look for on the PATH. Default: what {@link findRunsc} finds. */
  readonly path?: string;
  /** The folder in which runsc keeps the state of its containers: an absolute path. {@link findRoots} finds those there are. */
  readonly root: string;
  /** How long a call may take, in milliseconds, from 1 up; then its process is killed. Default 10,000. */
  readonly timeoutMs?: number;
  /** How many bytes a call may print, from 1 up. Default 64 MiB. */
  readonly maxOutput?: number;
  /** Ends all calls: their processes are killed, and they reject with its reason. */
  readonly signal?: AbortSignal;
}

/** Options of {@link Runsc.traceCreate}. */
export interface TraceCreateOptions {
  /** Whether a session is replaced that the sandbox has. Default false. */
  readonly force?: boolean;
  /** What the file is called in which runsc finds the session: letters, digits, `.` and `-`. It shows in the command line of the peer that connects. Default `session.json`. */
  readonly fileName?: string;
}

/**
 * Calls of gVisor's `runsc`, each a process of its own. Every one rejects with a {@link RunscError} that knows why.
 *
 * The id of a container is letters, digits and `_+.-`, and always the whole id: what runsc does with the beginning of one is
 * not for programs.
 */
export interface Runsc {
  /** The program that is run: absolute, where a path was given or found. */
  readonly path: string;
  readonly root: string;
  version(): Promise<RunscVersion>;
  /** All containers of the root, those that have ended but are not deleted among them; none where there is no such folder. */
  list(): Promise<readonly RunscContainer[]>;
  /** The ids of all containers. No sandbox is asked, as the list does: one that does not answer leaves that without an end. */
  ids(): Promise<readonly string[]>;
  /** What the list has of one container. */
  state(id: string): Promise<RunscContainer>;
  /** The processes of one container, of a pod's the further ones, too. */
  processes(id: string): Promise<readonly RunscProcess[]>;
  /** What can be traced. Of this runsc: a sandbox that an older one started can lack some of it. */
  traceMetadata(): Promise<TraceMetadata>;
  /** Has a running sandbox send what `session` asks for. */
  traceCreate(id: string, session: TraceSessionConfig, options?: TraceCreateOptions): Promise<void>;
  /** Ends a session; there is only the one named `Default`. */
  traceDelete(id: string, name?: "Default"): Promise<void>;
  traceList(id: string): Promise<readonly TraceSession[]>;
  /** The processes of a sandbox, as a text for `parseProcfs` of `@sentrytap/state`. */
  traceProcfs(id: string): Promise<string>;
}

/**
 * A driver of the runsc at `path` for the containers whose state is in `root`.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range; `ERR_RUNSC` where no path is given and no
 * runsc is found.
 *
 * @example
 * const runsc = createRunsc({ root: "/run/containerd/runsc/k8s.io" });
 * for (const { id, status } of await runsc.list()) console.log(id, status);
 */
export function createRunsc(options: RunscOptions): Runsc {
  const { root, path = findRunsc(), timeoutMs = 10_000, maxOutput = 64 * 1024 * 1024 } = options;
  checkPath("root", root);
  if (!root.startsWith("/"))
    throw invalid(`the root must be an absolute path, and is ${JSON.stringify(root)}`);
  checkInteger("timeoutMs", timeoutMs);
  checkInteger("maxOutput", maxOutput);
  if (path === undefined) {
    const message = "there is no runsc on the PATH, nor where it usually is: give its path";
    throw new RunscError(message, { reason: "no-runsc" });
  }
  checkPath("path", path);
  const program = path.includes("/") ? resolve(path) : path;
  return new RunscProgram({ ...options, path: program, root, timeoutMs, maxOutput });
}

class RunscProgram implements Runsc {
  readonly path: string;
  readonly root: string;
  readonly #limits: { readonly timeoutMs: number; readonly maxOutput: number; readonly signal?: AbortSignal };

  constructor(options: Required<Omit<RunscOptions, "signal">> & Pick<RunscOptions, "signal">) {
    this.path = options.path;
    this.root = options.root;
    this.#limits = options;
  }

  async version(): Promise<RunscVersion> {
    return this.#parsed("--version", ["--version"], parseVersion);
  }

  async list(): Promise<readonly RunscContainer[]> {
    const containers = await this.#parsed("list", ["list", "--format=json"], parseContainers);
    if (containers.length === 0) await this.#checkRoot();
    return containers;
  }

  async ids(): Promise<readonly string[]> {
    const printed = await this.#run("list", ["list", "--quiet"]);
    const ids = printed.split("\n").filter((id) => id !== "");
    if (ids.length === 0) await this.#checkRoot();
    return ids;
  }

  async state(id: string): Promise<RunscContainer> {
    await this.#checkExists(id);
    return this.#parsed(`state ${id}`, ["state", "--", id], parseContainer);
  }

  async processes(id: string): Promise<readonly RunscProcess[]> {
    await this.#checkExists(id);
    return this.#parsed(`ps ${id}`, ["ps", "--", id], parseProcesses);
  }

  async traceMetadata(): Promise<TraceMetadata> {
    return this.#parsed("trace metadata", ["trace", "metadata"], parseTraceMetadata);
  }

  async traceCreate(
    id: string,
    session: TraceSessionConfig,
    { force = false, fileName = "session.json" }: TraceCreateOptions = {},
  ): Promise<void> {
    if (!/^[A-Za-z0-9.-]{1,100}$/.test(fileName))
      throw invalid(`a file cannot be called ${saidOf(fileName)}`);
    await this.#checkExists(id);
    const flags = force ? ["--force"] : [];
    await withSessionFile(session, fileName, (file) =>
      this.#run(`trace create ${id}`, ["trace", "create", `--config=${file}`, ...flags, "--", id]),
    );
  }

  async traceDelete(id: string, name = "Default"): Promise<void> {
    await this.#checkExists(id);
    await this.#run(`trace delete ${id}`, ["trace", "delete", `--name=${name}`, "--", id]);
  }

  async traceList(id: string): Promise<readonly TraceSession[]> {
    await this.#checkExists(id);
    return this.#parsed(`trace list ${id}`, ["trace", "list", "--", id], parseTraceSessions);
  }

  async traceProcfs(id: string): Promise<string> {
    await this.#checkExists(id);
    return this.#run(`trace procfs ${id}`, ["trace", "procfs", "--", id]);
  }

  /**
   * runsc takes the beginning of an id for the whole, so that a call for a container that is gone would go to another. Where
   * an id is as long as those of container managers there is none that it could be the beginning of.
   */
  async #checkExists(id: string): Promise<void> {
    checkId(id);
    if (id.length >= 64) return;
    if ((await this.ids()).includes(id)) return;
    throw new RunscError(`no container of ${this.root} has the id ${id}`, { reason: "no-container" });
  }

  /** runsc takes a folder or files that it cannot open for a folder without containers. */
  async #checkRoot(): Promise<void> {
    try {
      await access(this.root, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (cause) {
      if (!isErrno(cause, "EACCES", "EPERM")) return;
      const message = `the containers of ${this.root} can only be seen by root, or by who started them`;
      throw new RunscError(message, { reason: "no-permission", cause });
    }
  }

  async #parsed<T>(call: string, args: readonly string[], parse: (printed: string) => T): Promise<T> {
    const printed = await this.#run(call, args);
    try {
      return parse(printed);
    } catch (cause) {
      const why = cause instanceof Error ? saidOf(cause.message) : "";
      throw new RunscError(`${this.path} ${call} printed what is not known of runsc: ${why}`, {
        reason: "unexpected-output",
        said: saidOf(printed),
        cause,
      });
    }
  }

  /** What runsc prints. Messages name `call`. Callers put an id behind two dashes, where nothing is an option. */
  async #run(call: string, args: readonly string[]): Promise<string> {
    const name = `${this.path} ${call}`;
    const all = [`--root=${this.root}`, ...args];
    const { exitCode, stdout, stderr } = await runProgram(this.path, all, { ...this.#limits, name });
    if (exitCode === 0) return stdout;
    const said = saidOf(stderr) || saidOf(stdout);
    const message = `${name} failed with exit code ${exitCode}: ${said || "it said nothing"}`;
    throw new RunscError(message, { reason: failureOf(stderr), said });
  }
}

function checkId(id: string): void {
  if (typeof id === "string" && isContainerId(id)) return;
  throw invalid(
    `the id of a container is letters, digits and _+.-, and not ${saidOf(JSON.stringify(id) ?? "")}`,
  );
}

function checkPath(name: string, path: string): void {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return;
  throw invalid(`the ${name} must be the path of a file, and is ${JSON.stringify(path)}`);
}

function checkInteger(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= 0x7fff_ffff) return;
  throw invalid(`${name} must be an integer from 1 to ${0x7fff_ffff}, and is ${value}`);
}

function invalid(message: string): TraceError {
  return new TraceError("ERR_INVALID_ARGUMENT", message);
}
