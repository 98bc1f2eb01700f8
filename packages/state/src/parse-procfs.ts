import { TraceError } from "@sentrytap/core";
import type { Credentials } from "@sentrytap/events";
import type { ProcfsDescriptor, ProcfsDump, ProcfsProcess } from "./procfs-dump.ts";

// The text is runsc's, its content the sandbox's: nothing in it is trusted. Its form is that of gVisor's
// runsc/cmd/trace/procfs.go and runsc/boot/procfs/dump.go: a heading, then a line of JSON for each process.

/** The first line of what runsc prints. */
const heading = "PROCFS DUMP";

/** The longest line that is looked at, in characters: a thousand times what a process usually takes. */
const maxLine = 16 * 1024 * 1024;

/** More processes than Linux allows by default. */
const maxProcesses = 65_536;

const maxInt32 = 0x7fff_ffff;
const maxUint32 = 0xffff_ffff;

/**
 * The processes in `text`, which is what `runsc trace procfs` printed. Blank lines are passed over, fields that are
 * missing are `undefined`, fields that are not known are ignored. A line that is no process, or has a field of the
 * wrong shape, is skipped and counted.
 *
 * @throws {TraceError} `ERR_PROCFS` where the text is no dump at all: it has neither the heading nor a process.
 *
 * @example
 * const { stdout } = await promisify(execFile)("runsc", ["trace", "procfs", id]);
 * tracker.seed(sandbox, parseProcfs(stdout));
 */
export function parseProcfs(text: string): ProcfsDump {
  const processes: ProcfsProcess[] = [];
  let skipped = 0;
  let headed = false;
  for (const line of linesOf(text)) {
    if (line === "") continue;
    if (line === heading) {
      headed = true;
      continue;
    }
    const process = processes.length < maxProcesses ? parseLine(line) : undefined;
    if (process === undefined) skipped++;
    else processes.push(process);
  }
  if (!headed && processes.length === 0) {
    const what =
      skipped === 0 ? "the text is empty" : "it has neither the heading nor a line that is a process";
    throw new TraceError(
      "ERR_PROCFS",
      `no dump of procfs: ${what}; give what "runsc trace procfs" prints for the id of the sandbox`,
    );
  }
  return { processes, skipped };
}

function* linesOf(text: string): Generator<string, void> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const next = end < 0 ? text.length : end;
    yield next - start > maxLine ? "too long" : text.slice(start, next).trim();
    start = next + 1;
  }
}

function parseLine(line: string): ProcfsProcess | undefined {
  try {
    return processOf(line);
  } catch {
    return undefined;
  }
}

/** Throws what it likes: whoever calls it only counts. */
function processOf(line: string): ProcfsProcess {
  const told = record(JSON.parse(line));
  const status = record(told["status"]);
  const stat = optional(told["stat"], record);
  return {
    pid: integer(status["pid"], 1, maxInt32),
    parentPid: optional(status["ppid"], id),
    pgid: optional(stat?.["pgid"], id) || undefined,
    sid: optional(stat?.["sid"], id) || undefined,
    name: optional(status["comm"], string),
    exepath: optional(told["exe"], string) || undefined,
    args: optional(told["args"], words),
    env: optional(told["env"], words),
    cwd: optional(told["cwd"], string) || undefined,
    root: optional(told["root"], string) || undefined,
    startTimeNs: startTimeOf(line, told["clone_ts"]),
    credentials: credentialsOf(optional(status["uid"], record), optional(status["gid"], record)),
    descriptors: optional(told["fdlist"], descriptorsOf),
  };
}

function descriptorsOf(value: unknown): readonly ProcfsDescriptor[] {
  return array(value).map((each) => {
    const { number, path, mode } = record(each);
    return {
      number: id(number),
      path: optional(path, string) ?? "",
      mode: optional(mode, (bits) => integer(bits, 0, maxUint32)) ?? 0,
    };
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** All six ids, or none: half of them would be taken for root's. */
function credentialsOf(uid: Fields | undefined, gid: Fields | undefined): Credentials | undefined {
  if (uid === undefined || gid === undefined) return undefined;
  const ids = (told: Fields): number[] =>
    ["real", "effective", "saved"].map((which) => integer(told[which], 0, maxUint32));
  const [realUid = 0, effectiveUid = 0, savedUid = 0] = ids(uid);
  const [realGid = 0, effectiveGid = 0, savedGid = 0] = ids(gid);
  return { realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid };
}

const startTime = /"clone_ts"\s*:\s*([0-9]{1,19})\b/g;

/**
 * The start time, which JSON.parse has rounded, out of the text again. A quote inside a string has a backslash before
 * it, so that nothing but a key can look like one; which of several it is shows by the rounded value.
 */
function startTimeOf(line: string, rounded: unknown): bigint | undefined {
  if (rounded === undefined || rounded === null || rounded === 0) return undefined;
  for (const [, digits = ""] of line.matchAll(startTime)) {
    if (Number(digits) === rounded) return BigInt(digits);
  }
  throw new TypeError("no time");
}

/** The strings of an argument list. That of no strings at all comes as one that is empty. */
function words(value: unknown): readonly string[] {
  const list = array(value).map(string);
  return list.length === 1 && list[0] === "" ? [] : list;
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

function record(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("no object");
  // An object that JSON.parse made.
  return value as Fields;
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError("no array");
  return value;
}

function string(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("no string");
  return value;
}

function id(value: unknown): number {
  return integer(value, 0, maxInt32);
}

function integer(value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw new TypeError("no integer in range");
  }
  return value;
}
