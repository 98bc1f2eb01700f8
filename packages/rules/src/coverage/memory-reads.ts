import type { BoundField } from "../fields/bound-field.ts";
import { types } from "../fields/event-groups.ts";
import { words } from "../words.ts";
import { isRaw, type Place } from "./place.ts";

// Paths and addresses lie in the caller's memory, where another thread can change them while the call goes on. A Sentry reads
// them when the call begins and again when it returns.

/** Calls whose descriptor is named after what lies in memory. */
const naming = types("open openat creat connect bind");

/** Other calls that are given a path. */
const pathTaking = types("execve execveat chdir chroot inotify_add_watch");

/** Arguments that lie in memory. */
const memoryArguments: ReadonlySet<string> = new Set(words("addr filename name path pathname tuple"));

/** Fields of a descriptor that registers tell. */
const numbers: ReadonlySet<string> = new Set(words("fd.num fd.typechar fd.type fd.dev fd.ino"));

/** Whether the value of `field` on the events of `place` lies in the caller's memory. */
export function readsMemory({ name }: BoundField, place: Place): boolean {
  const { type, point } = place;
  if (isRaw(place) || point?.name === "container/start") return false;
  if (!naming.has(type) && !pathTaking.has(type)) return false;
  if (name.startsWith("fs.path.") || name === "evt.abspath" || name === "evt.args") return true;
  const [, word, bracket] = /^evt\.(?:raw)?arg(?:\.(.+)|\[(.+)\])$/.exec(name) ?? [];
  const argument = word ?? bracket;
  if (argument !== undefined) return memoryArguments.has(argument) || /^[0-9]+$/.test(argument);
  return naming.has(type) && name.startsWith("fd.") && !numbers.has(name);
}
