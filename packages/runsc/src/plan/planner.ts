import { type Need, type PointNeeds, pointShape, syscallNumbers, tracePoints } from "@sentrytap/rules";
import type { Architecture } from "@sentrytap/wire";
import type { Fidelity, GivenUp, SessionPlan } from "./plan-session.ts";
import { PlannedPoints } from "./planned-points.ts";

/** What has an entry in the tables that its parent handed on. */
const inherited: ReadonlySet<Need> = new Set<Need>([
  "programs",
  "lineage",
  "descriptors",
  "sockets",
  "sessions",
  "terminals",
  "environments",
]);

/** Calls that make descriptors of files, and say by which name. */
const opens = ["open", "openat", "creat"];

/** Calls that make sockets, and say who is at their ends. */
const socketCalls = ["socket", "socketpair", "bind", "connect", "listen", "accept", "accept4"];

/** Calls that make descriptors of other things, each of one kind. */
const otherMakers =
  "pipe pipe2 eventfd eventfd2 signalfd signalfd4 timerfd_create inotify_init inotify_init1".split(" ");

/** Calls that give a descriptor another number. */
const dups = ["dup", "dup2", "dup3"];

/** fcntl(2) copies descriptors, too; some programs call it with every file. */
const copies = "syscall/fcntl/exit";

/** Events whose descriptor is what the call itself says that it is. */
const selfTold: ReadonlySet<string> = new Set([...opens, ...otherMakers]);

/** Calls that make descriptors, too, and come raw only. */
const rawMakers =
  "epoll_create epoll_create1 memfd_create pidfd_open io_uring_setup open_by_handle_at openat2".split(" ");

/** The decoded exits of calls. */
function exitsOf(calls: readonly string[]): readonly string[] {
  return calls.map((call) => `syscall/${call}/exit`);
}

/** The raw exits of calls, of those that the CPU has. */
function rawExitsOf(calls: readonly string[], arch: Architecture): readonly string[] {
  return exitsOf(calls.flatMap((call) => syscallNumbers().get(call)?.[arch] ?? []).map((n) => `sysno/${n}`));
}

/** The points that offer an optional field. */
function offering(field: string): readonly string[] {
  return tracePoints.filter(({ optionalFields }) => optionalFields.includes(field)).map(({ name }) => name);
}

/** Gathers what the rules of one session need. */
export class Planner {
  readonly #fidelity: Fidelity;
  readonly #arch: Architecture;
  readonly #points: PlannedPoints;
  readonly #tables = new Set<Need>();
  readonly #givenUp = new Map<GivenUp["what"], { rules: Set<string>; points: Set<string> }>();

  constructor(fidelity: Fidelity, arch: Architecture, available: ReadonlySet<string> | undefined) {
    this.#fidelity = fidelity;
    this.#arch = arch;
    this.#points = new PlannedPoints(available);
  }

  /** `rule` matches events of one point. */
  plan(rule: string, { point, eventType, condition, output }: PointNeeds): void {
    const shape = pointShape({ name: point, arch: this.#arch, contextFields: [], optionalFields: [] });
    // Raw points of another CPU are other calls.
    if (shape?.eventTypes.includes(eventType) !== true) return;
    // A program that execveat(2) was given no path of is named after its descriptor.
    this.#points.ask(point, rule, eventType === "execveat" ? ["fd_path"] : []);
    for (const need of [...condition, ...output]) this.#serve(need, rule, point, eventType);
  }

  /**
   * `rule` matches gaps: execs that began and did not return, threads without a birth, names that change unseen; of other calls
   * those whose enter and exit are asked for anyway.
   */
  planGaps(rule: string): void {
    for (const call of ["execve", "execveat"]) {
      this.#points.ask(`syscall/${call}/enter`, rule);
      this.#points.ask(`syscall/${call}/exit`, rule, ["fd_path"]);
    }
    for (const need of ["programs", "lineage", "names"] as const) this.#tables.add(need);
  }

  /** What was asked for, and what the tables need for it. */
  finish(): SessionPlan {
    const points = this.#points;
    if (points.contexts.size > 0) points.ask("container/start", "which container it is");
    if ([...this.#tables].some((table) => inherited.has(table))) {
      points.ask("sentry/clone", "what threads have from their parents");
      points.ask("sentry/task_exit", "which threads have ended");
    }
    if (this.#tables.has("programs")) points.ask("sentry/execve", "which programs run");
    if (this.#tables.has("environments")) points.ask("container/start", "environments", ["env"]);
    if (this.#tables.has("sessions")) points.ask("syscall/setsid/exit", "sessions");
    if (this.#tables.has("directories")) {
      points.ask("syscall/chroot/exit", "root directories");
      points.askContext("syscall/chroot/exit", "cwd");
    }
    this.#planDescriptors();
    this.#tellTables();
    const givenUp = [...this.#givenUp].map(([what, { rules, points: lacking }]) => ({
      what,
      rules: [...rules],
      points: [...lacking],
    }));
    return { points: points.configs, reasons: points.reasons, givenUp };
  }

  #serve(need: Need, rule: string, point: string, eventType: string): void {
    switch (need) {
      case "identities":
        this.#points.askContext(point, "credentials");
        return;
      case "names":
        this.#points.askContext(point, "process_name");
        return;
      case "directories":
        this.#points.askContext(point, "cwd");
        this.#tables.add("directories");
        return;
      case "programs":
      case "lineage":
      case "terminals":
      case "sessions":
        this.#tables.add(need);
        return;
      case "sockets":
        this.#tables.add("sockets");
        this.#points.ask(point, rule, ["fd_path"]);
        return;
      case "environments":
      case "optional:env":
      case "optional:envv":
        this.#tables.add("environments");
        this.#tables.add("programs");
        return;
      case "descriptors":
      case "optional:fd_path":
        this.#points.ask(point, rule, ["fd_path"]);
        // Of an open, all that is needed is the directory that its path begins at, and the point tells that.
        if (selfTold.has(eventType)) return;
        this.#tables.add("descriptors");
        this.#spare("copies", rule, [copies]);
        return;
      case "enters":
        this.#points.ask(point.replace(/exit$/, "enter"), rule);
        return;
      case "memory":
        this.#spare("memory", rule, [point.replace(/exit$/, "enter")]);
        return;
      default: {
        const [kind, field = ""] = need.split(":", 2);
        if (kind === "context") this.#points.askContext(point, field);
        else for (const name of offering(field)) this.#points.ask(name, rule, [field]);
      }
    }
  }

  /** Asks for what a lean session does without. */
  #spare(what: GivenUp["what"], rule: string, points: readonly string[]): void {
    if (this.#fidelity === "exact") {
      for (const point of points) this.#points.ask(point, rule, point === copies ? ["fd_path"] : []);
      return;
    }
    const spared = this.#givenUp.get(what) ?? { rules: new Set(), points: new Set() };
    this.#givenUp.set(what, spared);
    spared.rules.add(rule);
    for (const point of points) spared.points.add(point);
  }

  #planDescriptors(): void {
    const all = this.#tables.has("descriptors");
    if (!all && !this.#tables.has("sockets")) return;
    const makers = all ? [...opens, ...socketCalls, ...dups, ...otherMakers] : socketCalls;
    const points = [...exitsOf(makers), ...(all ? rawExitsOf(rawMakers, this.#arch) : [])];
    for (const point of points) this.#points.ask(point, all ? "descriptors" : "sockets", ["fd_path"]);
    if (!all) return;
    // Of a path that is relative.
    for (const point of exitsOf(opens)) this.#points.askContext(point, "cwd");
    // What a program is started with.
    if (this.#tables.has("programs")) this.#points.ask("sentry/execve", "descriptors", ["fd_info"]);
  }

  /** What feeds the tables tells what is kept of a thread: all that is asked for anywhere. */
  #tellTables(): void {
    // Any event can show that a name has changed.
    if (this.#tables.has("names")) this.#points.askContextOfAll("process_name");
    const { contexts } = this.#points;
    const kept = this.#tables.has("lineage") ? [...contexts, "parent_thread_group_id"] : contexts;
    for (const point of ["container/start", "sentry/clone", "sentry/execve"]) {
      for (const field of kept) this.#points.askContext(point, field);
    }
  }
}
