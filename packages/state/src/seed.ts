import type { Descriptor } from "./descriptor.ts";
import { inferDescriptor, namesDescriptor } from "./fd-path.ts";
import { kindOfMode, ofMode } from "./file-mode.ts";
import { Image, type Program } from "./image.ts";
import type { LiveProcess } from "./live-process.ts";
import type { ProcessFields } from "./process-state.ts";
import type { ProcfsDescriptor, ProcfsDump, ProcfsProcess } from "./procfs-dump.ts";
import { bounded, commOf } from "./text.ts";
import type { ThreadTable } from "./thread-table.ts";

// Nothing says when a dump was taken: of what events have told by now, some may be older and some newer. So events are
// believed where both speak of the same thing, and the dump where they have said nothing.

/** Images of which it was not known what they are, and what they turn out to be. */
type Learned = Map<Image, Image>;

/** Brings the processes of `dump` into `table`, where events may have brought some already. */
export function seedTable(table: ThreadTable, dump: ProcfsDump): void {
  const learned: Learned = new Map();
  // Parents are older than their children, who find them so.
  for (const told of [...dump.processes].sort(byAge)) seedProcess(table, told, learned);
  const done = new Set<LiveProcess>();
  for (const process of table.processes()) inheritInLine(process, learned, done);
}

function byAge(a: ProcfsProcess, b: ProcfsProcess): number {
  const [first, second] = [a.startTimeNs ?? 0n, b.startTimeNs ?? 0n];
  return first < second ? -1 : Number(first > second);
}

function seedProcess(table: ThreadTable, told: ProcfsProcess, learned: Learned): void {
  // By the events, its main thread is one of another process.
  if ((table.get(told.pid)?.process.pid ?? told.pid) !== told.pid) return;
  const known = table.process(told.pid) ?? table.ended(told.pid);
  const age = known === undefined ? 1 : laterBy(told, known);
  // It is one that had the id before, and whose end was not seen; or the id is that of another process's thread now.
  if (age < 0 || (known?.isAlive !== true && table.get(told.pid) !== undefined)) return;
  if (known === undefined || (age > 0 && !known.isAlive)) addSeeded(table, told);
  else if (known.isAlive) completeLiving(table, known, told, learned);
  else complete(known, told, learned);
}

/** A positive number where `told` began after `known`, a negative one where before, 0 where they may be the same. */
function laterBy({ startTimeNs }: ProcfsProcess, { current }: LiveProcess): number {
  const known = current.startTimeNs;
  if (startTimeNs === undefined || known === undefined || startTimeNs === known) return 0;
  return startTimeNs > known ? 1 : -1;
}

function addSeeded(table: ThreadTable, told: ProcfsProcess): void {
  const program = programOf(told);
  const process = table.addProcess({
    ...toldFields(told),
    origin: "seeded",
    pid: told.pid,
    image: program === undefined ? new Image() : new Image(program),
    containerId: undefined,
  });
  table.seeded++;
  addLeader(table, process, told);
  addDescriptors(process, told);
}

/** What events left open of a process that lives. */
function completeLiving(
  table: ThreadTable,
  process: LiveProcess,
  told: ProcfsProcess,
  learned: Learned,
): void {
  const { origin, image } = process.current.fields;
  complete(process, told, learned);
  addLeader(table, process, told);
  if (origin !== "discovered") return;
  process.change({ origin: "seeded" });
  table.seeded++;
  // An exec that events have told closes descriptors, of which the dump may not know yet.
  if (image.isUnknown || image.exepath === told.exepath) addDescriptors(process, told);
}

function complete(process: LiveProcess, told: ProcfsProcess, learned: Learned): void {
  const { fields } = process.current;
  const dumped = toldFields(told);
  // Its birth was lost: what was taken for an exec session's process has a parent.
  const isMistaken = fields.isExecSession === true && !fields.isFirst && dumped.isExecSession === false;
  process.change({
    parentPid: fields.parentPid ?? dumped.parentPid,
    name: fields.name ?? dumped.name,
    cwd: fields.cwd ?? dumped.cwd,
    root: fields.root ?? dumped.root,
    startTimeNs: fields.startTimeNs ?? dumped.startTimeNs,
    // The two change together.
    ...(fields.sid === undefined || isMistaken ? { sid: dumped.sid, pgid: dumped.pgid } : {}),
    initPid: fields.initPid ?? dumped.initPid,
    terminal: fields.terminal ?? dumped.terminal,
    isFirst: fields.isFirst ?? dumped.isFirst,
    isExecSession: isMistaken ? false : (fields.isExecSession ?? dumped.isExecSession),
  });
  const image = learnedImage(fields.image, programOf(told));
  if (image === undefined) return;
  process.change({ image });
  // Who was born of this process has its image until an exec. One that was born himself has it from elsewhere.
  if (fields.origin !== "born" || !fields.image.isUnknown) learned.set(fields.image, image);
}

/** What `known` turns out to be: all of it, or where the file of a program lies that was found by PATH. */
function learnedImage(known: Image, program: Program | undefined): Image | undefined {
  if (program === undefined) return undefined;
  const told = new Image({ ...program, env: known.env ?? program.env });
  if (known.isUnknown) return told;
  const isSame = known.exe === told.exe && known.args?.join("\0") === told.args?.join("\0");
  return known.exepath === undefined && isSame ? told : undefined;
}

type ToldFields = Omit<ProcessFields, "origin" | "pid" | "image" | "containerId">;

function toldFields(told: ProcfsProcess): ToldFields {
  const { pid, name, cwd, root, startTimeNs, pgid, sid, parentPid, descriptors } = told;
  return {
    parentPid: parentPid || undefined,
    name: name && commOf(name),
    cwd: bounded(cwd),
    root: bounded(root),
    startTimeNs,
    pgid,
    sid,
    adopterPid: undefined,
    initPid: pid === 1 ? 1 : undefined,
    terminal: descriptors !== undefined && isOnTerminal(descriptors) ? true : undefined,
    isFirst: parentPid === undefined ? undefined : parentPid === 0,
    // Whoever is its parent: an exec session's has none. The sandbox's first process is a container's.
    isExecSession: pid === 1 || (parentPid ?? 0) > 0 ? false : undefined,
  };
}

function programOf({ exepath, args, env }: ProcfsProcess): Program | undefined {
  if (exepath === undefined && args === undefined && env === undefined) return undefined;
  const exeFromMemfd = exepath?.startsWith("/memfd:") ?? false;
  return { exe: args?.[0], exepath, args: args?.slice(1), env, exeFromMemfd };
}

/** The main thread. Of a process in whose dump there is one it has not ended; of others there is no dump. */
function addLeader(table: ThreadTable, process: LiveProcess, told: ProcfsProcess): void {
  const { pid, name, credentials, startTimeNs } = told;
  const leader = table.get(pid);
  if (leader?.process === process) {
    leader.startTimeNs ??= startTimeNs;
    leader.change(leader.name ?? (name && commOf(name)), leader.credentials ?? credentials);
  } else if (leader === undefined && !hasLostLeader(process)) {
    table.addThread(process, pid, name && commOf(name), credentials, startTimeNs);
  }
}

/** Whether events have told that the main thread ended. That of a process without threads was let go, as all of them. */
function hasLostLeader({ isAlive, endedLeader, newLeader }: LiveProcess): boolean {
  return isAlive && (endedLeader !== undefined || newLeader !== undefined);
}

function addDescriptors({ descriptors: table }: LiveProcess, { descriptors = [] }: ProcfsProcess): void {
  for (const each of descriptors) {
    const descriptor = descriptorOf(each);
    if (descriptor !== undefined) table.complete(each.number, descriptor);
  }
}

function descriptorOf({ path, mode }: ProcfsDescriptor): Descriptor | undefined {
  return namesDescriptor(path) ? ofMode(inferDescriptor(path), mode) : undefined;
}

/**
 * Whether input, output and errors are one device of the host, as gVisor makes them for a container with a terminal;
 * without one, each is a file of its own (gVisor's fdimport.go). Or one pseudo terminal of the container itself.
 */
function isOnTerminal(descriptors: readonly ProcfsDescriptor[]): boolean {
  const standard = descriptors.filter(({ number }) => number <= 2);
  const path = standard[0]?.path ?? "";
  return (
    standard.length === 3 &&
    /^(host:\[[0-9]+\]|\/dev\/pts\/[0-9]+)$/.test(path) &&
    standard.every((each) => each.path === path && kindOfMode(each.mode) === "device")
  );
}

/** Has the ancestors of `process` inherit, from the oldest down, and then itself; each once. */
function inheritInLine(process: LiveProcess, learned: Learned, done: Set<LiveProcess>): void {
  const line: LiveProcess[] = [];
  for (let each: LiveProcess | undefined = process; each !== undefined; each = each.parent) {
    if (done.has(each)) break;
    done.add(each);
    line.push(each);
  }
  for (const each of line.reverse()) inherit(each, learned);
}

/** What a process has from its parent, of whom it was not known when it was born. */
function inherit(process: LiveProcess, learned: Learned): void {
  const { fields } = process.current;
  const image = learned.get(fields.image);
  if (image !== undefined) process.change({ image });
  const { parent } = process;
  if (parent === undefined) return;
  const known = parent.current.fields;
  if (fields.initPid === undefined && known.initPid !== undefined) {
    process.change({ initPid: known.initPid });
  }
  if (fields.origin === "born" && fields.sid === undefined && known.sid !== undefined) {
    process.change({ sid: known.sid, pgid: known.pgid });
  }
  if (fields.containerId !== undefined) parent.joinContainer(fields.containerId);
  else if (known.containerId !== undefined) process.change({ containerId: known.containerId });
}
