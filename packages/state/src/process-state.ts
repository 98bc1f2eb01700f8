import type { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import type { Credentials, Process, Thread } from "./thread.ts";

/** The program that a process runs; forked children share their parent's. */
export interface Image {
  readonly exe: string | undefined;
  readonly exepath: string | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: readonly string[] | undefined;
  readonly exeFromMemfd: boolean;
}

/** Of a process that was never seen to start a program. */
export const unknownImage: Image = {
  exe: undefined,
  exepath: undefined,
  args: undefined,
  env: undefined,
  exeFromMemfd: false,
};

/** What of a process can change, beside its descriptors. */
export interface ProcessFields {
  readonly pid: number;
  readonly parentPid: number | undefined;
  readonly name: string | undefined;
  readonly image: Image;
  readonly cwd: string | undefined;
  readonly containerId: string | undefined;
  readonly startTimeNs: bigint | undefined;
  readonly terminal: boolean | undefined;
  readonly isFirst: boolean;
}

/**
 * A live process: the one thing about it that changes in place. What events carry away is `current`, a
 * {@link ProcessState} that never does.
 */
export class LiveProcess {
  readonly threads: Set<number> = new Set();
  readonly findProcess: FindProcess;
  descriptors: DescriptorTable;
  current: ProcessState;
  /** The thread, not the leader, whose exec is about to make it the leader. */
  newLeader: number | undefined;

  constructor(fields: ProcessFields, descriptors: DescriptorTable, findProcess: FindProcess) {
    this.descriptors = descriptors;
    this.findProcess = findProcess;
    this.newLeader = undefined;
    this.current = new ProcessState(this, fields);
  }

  change(fields: Partial<ProcessFields>): void {
    this.current = new ProcessState(this, { ...this.current.fields, ...fields });
  }
}

/** Finds a process by its id, among the living and those remembered. */
export type FindProcess = (pid: number) => Process | undefined;

/** A process at one moment. */
export class ProcessState implements Process {
  readonly fields: ProcessFields;
  readonly #live: LiveProcess;

  constructor(live: LiveProcess, fields: ProcessFields) {
    this.#live = live;
    this.fields = fields;
  }

  get pid(): number {
    return this.fields.pid;
  }
  get parentPid(): number | undefined {
    return this.fields.parentPid;
  }
  get parent(): Process | undefined {
    return this.fields.parentPid === undefined ? undefined : this.#live.findProcess(this.fields.parentPid);
  }
  get name(): string | undefined {
    return this.fields.name;
  }
  get exe(): string | undefined {
    return this.fields.image.exe;
  }
  get exepath(): string | undefined {
    return this.fields.image.exepath;
  }
  get args(): readonly string[] | undefined {
    return this.fields.image.args;
  }
  get env(): readonly string[] | undefined {
    return this.fields.image.env;
  }
  get exeFromMemfd(): boolean {
    return this.fields.image.exeFromMemfd;
  }
  get cwd(): string | undefined {
    return this.fields.cwd;
  }
  get containerId(): string | undefined {
    return this.fields.containerId;
  }
  get startTimeNs(): bigint | undefined {
    return this.fields.startTimeNs;
  }
  get terminal(): boolean | undefined {
    return this.fields.terminal;
  }
  get isFirst(): boolean {
    return this.fields.isFirst;
  }

  descriptor(fd: number): Descriptor | undefined {
    return this.#live.descriptors.get(fd);
  }
}

/** A thread at one moment. */
export class ThreadState implements Thread {
  readonly tid: number;
  readonly name: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly startTimeNs: bigint | undefined;
  readonly process: ProcessState;
  readonly live: LiveProcess;

  constructor(
    live: LiveProcess,
    tid: number,
    name: string | undefined,
    credentials: Credentials | undefined,
    startTimeNs: bigint | undefined,
  ) {
    this.tid = tid;
    this.name = name;
    this.credentials = credentials;
    this.startTimeNs = startTimeNs;
    this.process = live.current;
    this.live = live;
  }

  get pid(): number {
    return this.process.pid;
  }
}
