import type { Descriptor } from "./descriptor.ts";
import type { Image } from "./image.ts";
import type { LiveProcess } from "./live-process.ts";
import type { Binary, OpenDescriptors, Process } from "./thread.ts";

/**
 * How a process came into the table: the stream told of its beginning, a dump of procfs had it, or one of its events
 * was the first that was heard of it.
 */
export type Origin = "born" | "seeded" | "discovered";

/** What of a process can change, beside its descriptors. */
export interface ProcessFields {
  readonly origin: Origin;
  readonly pid: number;
  readonly parentPid: number | undefined;
  readonly name: string | undefined;
  readonly image: Image;
  readonly cwd: string | undefined;
  readonly root: string | undefined;
  readonly containerId: string | undefined;
  readonly startTimeNs: bigint | undefined;
  readonly pgid: number | undefined;
  readonly sid: number | undefined;
  /** Who adopted it, where an event tells. */
  readonly adopterPid: number | undefined;
  /** The init of its pid namespace, to which orphans fall; 1 in the root one, whose ids are the sandbox's. */
  readonly initPid: number | undefined;
  readonly terminal: boolean | undefined;
  readonly isFirst: boolean | undefined;
  readonly isExecSession: boolean | undefined;
}

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
    return this.#live.parent?.current;
  }
  get currentParent(): Process | undefined {
    return this.#live.currentParent?.current;
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
  get binary(): Binary | undefined {
    return this.fields.image.binary;
  }
  get cwd(): string | undefined {
    return this.fields.cwd;
  }
  get root(): string | undefined {
    return this.fields.root;
  }
  get containerId(): string | undefined {
    return this.fields.containerId;
  }
  get startTimeNs(): bigint | undefined {
    return this.fields.startTimeNs;
  }
  get pgid(): number | undefined {
    return this.fields.pgid;
  }
  get sid(): number | undefined {
    return this.fields.sid;
  }
  get sessionLeader(): Process | undefined {
    return this.#live.leader("sid")?.current;
  }
  get groupLeader(): Process | undefined {
    return this.#live.leader("pgid")?.current;
  }
  get threadCount(): number {
    return this.#live.threads.size;
  }
  get hasMainThread(): boolean {
    return this.#live.threads.has(this.pid);
  }
  get childCount(): number {
    return this.#live.childCount;
  }
  get terminal(): boolean | undefined {
    return this.fields.terminal;
  }
  get isFirst(): boolean | undefined {
    return this.fields.isFirst;
  }
  get isExecSession(): boolean | undefined {
    return this.fields.isExecSession;
  }

  descriptor(fd: number): Descriptor | undefined {
    return this.#live.descriptors.get(fd);
  }

  descriptors(): OpenDescriptors {
    return new LiveDescriptors(this.#live);
  }
}

class LiveDescriptors implements OpenDescriptors {
  readonly #live: LiveProcess;

  constructor(live: LiveProcess) {
    this.#live = live;
  }

  get size(): number {
    return this.#live.descriptors.size;
  }

  [Symbol.iterator](): Iterator<readonly [number, Descriptor]> {
    return this.#live.descriptors[Symbol.iterator]();
  }
}
