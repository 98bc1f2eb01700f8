// A machine made up by the tests: sandboxes, a runsc that drives them, and a server that they connect to.
import { RunscError, type RunscFailure, type TraceSession } from "@sentrytap/runsc";
import { EventEmitter } from "eventemitter3";
import { vi } from "vitest";
import { Attacher, type AttacherOptions } from "../../src/attach/attacher.ts";
import type { ConnectedSandbox } from "../../src/attach/connections.ts";
import type { Consumer } from "../../src/attach/consumer.ts";
import type { FoundSandbox, FoundSandboxes } from "../../src/attach/find-sandboxes.ts";
import { sessionConfig } from "../../src/session-config.ts";

/** A call of runsc, as `create a --force`. */
export type Call = string;

/** A sandbox of a {@link World}. */
export interface Box {
  readonly root: string;
  readonly id: string;
  pid: number;
  /** Who reads its session; `undefined` where it has none. */
  session: Exclude<Consumer, "none"> | undefined;
  connection: ConnectedSandbox | undefined;
  /** What the next calls of it fail with, by the subcommand; `undefined` for one that does not. */
  failures: Partial<Record<"create" | "delete" | "list" | "procfs" | "ps", (RunscFailure | undefined)[]>>;
  /** Processes that it dumps, and that it lists. */
  processes: readonly number[];
  listed: readonly number[];
}

interface ServerEvents {
  connect: (sandbox: ConnectedSandbox) => void;
  disconnect: (sandbox: ConnectedSandbox) => void;
}

/** The server: it has no socket, and is told who connects. */
class Server extends EventEmitter<ServerEvents> {
  readonly sandboxes = new Set<ConnectedSandbox>();

  stats(): { readonly sandboxes: readonly ConnectedSandbox[] } {
    return { sandboxes: [...this.sandboxes] };
  }
}

export class World {
  readonly boxes: Box[] = [];
  readonly calls: Call[] = [];
  readonly server = new Server();
  /** What the next looks cannot see. */
  unreadable: RunscError[] = [];
  /** Whether the server reads what comes; if not, connections wait. */
  reads = true;
  /** Parents of processes, where they are known. */
  readonly parents = new Map<number, number>();
  /** Processes that have not ended, beside those of boxes. */
  readonly processes = new Set<number>();
  /** Calls that never end. */
  readonly never = new Set<string>();
  /** What calls wait for. */
  gate: Promise<void> = Promise.resolve();
  /** Sandboxes whose session was taken from somebody who read it. */
  readonly stolen: string[] = [];
  readonly seeded: { readonly sandbox: ConnectedSandbox; readonly pids: readonly number[] }[] = [];
  #unread: (() => void)[] = [];
  #pids = 100;

  add(id: string, more: Partial<Box> = {}): Box {
    const box: Box = {
      root: "/run/runsc",
      id,
      pid: this.#pids++,
      session: undefined,
      connection: undefined,
      failures: {},
      processes: [1],
      listed: [],
      ...more,
    };
    this.boxes.push(box);
    return box;
  }

  /** The sandbox ends, and its connection with it. */
  end(box: Box): void {
    this.boxes.splice(this.boxes.indexOf(box), 1);
    this.disconnect(box);
  }

  /** A sandbox that starts connects by its pod-init configuration. */
  start(box: Box, cmdline = ["runsc", `--root=${box.root}`, "create", "--bundle", "/b", box.id]): void {
    box.session = "alive";
    this.connect(box, cmdline);
  }

  connect(box: Box, cmdline: readonly string[], pid: number = this.#pids++): ConnectedSandbox {
    const connection: ConnectedSandbox = { id: `connection-${pid}`, arch: "x64", peer: { pid, cmdline } };
    box.connection = connection;
    this.#read(() => {
      this.server.sandboxes.add(connection);
      this.server.emit("connect", connection);
    });
    return connection;
  }

  disconnect(box: Box): void {
    const { connection } = box;
    if (connection === undefined) return;
    box.connection = undefined;
    this.#read(() => {
      this.server.sandboxes.delete(connection);
      this.server.emit("disconnect", connection);
    });
  }

  /** The server goes on to read. */
  readOn(): void {
    this.reads = true;
    for (const each of this.#unread.splice(0)) each();
  }

  #read(what: () => void): void {
    if (this.reads) what();
    else this.#unread.push(what);
  }

  readonly find = async (): Promise<FoundSandboxes> => {
    const failures = this.unreadable;
    if (failures.length > 0) return { sandboxes: [], failures };
    return { sandboxes: this.boxes.map((box) => this.found(box)), failures };
  };

  found(box: Box): FoundSandbox {
    const { root, id, pid } = box;
    const never = async (): Promise<never> => {
      throw new Error("nobody asks for that");
    };
    const call = async (name: keyof Box["failures"], words = ""): Promise<void> => {
      this.calls.push(`${name} ${id}${words}`);
      await this.gate;
      if (this.never.has(name)) await new Promise(() => {});
      if (!this.boxes.includes(box) || box.pid !== pid) throw failed("no-container");
      const failure = box.failures[name]?.shift();
      if (failure !== undefined) throw failed(failure);
    };
    return {
      root,
      id,
      pid,
      containers: [id],
      runsc: {
        path: "/bin/runsc",
        root,
        version: never,
        list: never,
        processes: async () => {
          const listed = box.listed.map((each) => ({ pid: each, parentPid: 1 }));
          await call("ps");
          return listed;
        },
        ids: never,
        state: never,
        traceMetadata: never,
        traceList: async (): Promise<readonly TraceSession[]> => {
          await call("list");
          return box.session === undefined ? [] : [{ name: "Default", sinks: [] }];
        },
        traceCreate: async (_, session, options) => {
          const force = options?.force === true;
          await call("create", force ? " --force" : "");
          if (session.sinks[0]?.config.endpoint !== "/run/s.sock") throw new Error("another session");
          if (box.session !== undefined && !force) throw failed("session-exists");
          if (box.session === "alive") this.stolen.push(id);
          this.disconnect(box);
          box.session = "alive";
          const file = `--config=/tmp/x/${options?.fileName}`;
          this.connect(box, ["runsc", `--root=${root}`, "trace", "create", file, "--", id]);
        },
        traceDelete: async () => {
          await call("delete");
          if (box.session === undefined) throw failed("no-session");
          box.session = undefined;
          this.disconnect(box);
        },
        traceProcfs: async () => {
          const lines = box.processes.map((each) => JSON.stringify({ status: { pid: each }, args: ["p"] }));
          await call("procfs");
          return ["PROCFS DUMP", ...lines].join("\n");
        },
      },
    };
  }

  /** Begins to attach; events are noted in `log`, as `attached a`. */
  attach(options: Partial<AttacherOptions> = {}): { attacher: Attacher; log: string[] } {
    const attacher = new Attacher({
      server: this.server,
      tracker: {
        seed: (sandbox, { processes }) => {
          const connection = [...this.server.sandboxes].find((each) => each === sandbox);
          if (connection === undefined) throw new Error("a stranger is seeded");
          this.seeded.push({ sandbox: connection, pids: processes.map(({ pid }) => pid) });
        },
      },
      session: sessionConfig({ endpoint: "/run/s.sock" }),
      takeOver: false,
      seedTimeoutMs: 5_000,
      find: this.find,
      lookEveryMs: 5_000,
      machine: {
        consumerOf: async (pid) => this.boxes.find((box) => box.pid === pid)?.session ?? "none",
        parentOf: (pid) => this.parents.get(pid),
        isRunning: (pid) => this.processes.has(pid) || this.boxes.some((box) => box.pid === pid),
      },
      ...options,
    });
    const log: string[] = [];
    attacher.on("attached", ({ id }, { replaced }) => log.push(`attached ${id}${words(replaced)}`));
    attacher.on("seeded", ({ id }, { processes }) => log.push(`seeded ${id} ${processes}`));
    attacher.on("unseen", ({ id }) => log.push(`unseen ${id}`));
    attacher.on("failed", ({ id }, error, { retryInMs }) =>
      log.push(`failed ${id} ${error instanceof RunscError ? error.reason : error.code}${words(retryInMs)}`),
    );
    attacher.on("detached", ({ id }) => log.push(`detached ${id}`));
    attacher.on("error", ({ message }) => log.push(`error ${message}`));
    return { attacher, log };
  }
}

export function failed(reason: RunscFailure): RunscError {
  return new RunscError(`runsc failed: ${reason}`, { reason });
}

/** Lets `ms` pass, by the clock that the tests have. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function words(...said: unknown[]): string {
  return said.map((each) => (each === undefined ? "" : ` ${String(each)}`)).join("");
}
