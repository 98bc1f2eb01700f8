import { Buffer } from "node:buffer";

/** The longest path that Linux takes, in bytes. No other text that is kept may be longer either. */
const pathMax = 4096;

/** How much of a program's arguments is kept, and as much of its environment: bytes of text, and some for each one. */
const listMax = 16 * 1024;
const itemSize = 8;

/** The longest id of a container that is believed: those of OCI runtimes have 64 characters. */
const idMax = 256;

/** Text up to this length is bounded by the number of threads alone, and is not weighed. */
const lightMax = 256;

/** The longest name of a thread, in bytes: TASK_COMM_LEN without its NUL. */
const commMax = 15;

/** `text`, where it is longer than anything real its beginning: what a sandbox made up is not to fill the tables. */
export function bounded<Text extends string | undefined>(text: Text): Text | string {
  return text !== undefined && text.length > pathMax ? copy(text, pathMax) : text;
}

/**
 * `texts`, and of a list that is longer than most the beginning. Rules join and search these with every event of the
 * process: a program that is started with a megabyte of them is not to slow down what all sandboxes share.
 */
export function boundedList(texts: readonly string[]): readonly string[] {
  let room = listMax;
  for (const [i, text] of texts.entries()) {
    room -= itemSize;
    if (text.length > room) {
      const whole = texts.slice(0, i);
      return room > 0 ? [...whole, copy(text, room)] : whole;
    }
    room -= text.length;
  }
  return texts;
}

/** The id of a container; none where it is longer than any. */
export function idOf(text: string | undefined): string | undefined {
  return text !== undefined && text.length > idMax ? undefined : text;
}

/** What the budget is charged with for `text`, in bytes, estimated. */
export function weightOf(text: string | undefined): number {
  return text === undefined || text.length <= lightMax ? 0 : text.length;
}

/** `name` as a thread can have it. */
export function commOf(name: string): string {
  return name.length > commMax ? copy(name, commMax) : name;
}

/**
 * Whether the name that a thread gets from `path` ends within a character. gVisor tells nothing of a thread whose name is
 * not UTF-8: its messages fail to encode.
 */
export function cutsCharacter(path: string): boolean {
  const next = Buffer.from(path.slice(path.lastIndexOf("/") + 1))[commMax];
  return next !== undefined && (next & 0xc0) === 0x80;
}

/** The last component of `path`, as the kernel makes a thread's name of it: at most 15 bytes. */
export function threadName(path: string): string {
  return copy(path.slice(path.lastIndexOf("/") + 1), commMax);
}

/** The first `size` bytes of `text`, as a string of its own: a slice would keep the whole text alive. */
function copy(text: string, size: number): string {
  return Buffer.from(text.slice(0, size)).toString("utf8", 0, size);
}
