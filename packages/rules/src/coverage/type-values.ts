import { syscallSignature } from "@sentrytap/events";
import type { BoundField } from "../fields/bound-field.ts";
import { types } from "../fields/event-groups.ts";
import { toldPlaces } from "../fields/event-parameters.ts";
import type { FieldValue } from "../fields/field.ts";
import { words } from "../words.ts";
import { isRaw, type Place } from "./place.ts";
import type { Limit } from "./values.ts";
import { exactly, nothing, type Values } from "./values.ts";

// What the type of an event, and whether it is raw, tell of a field by themselves.

const rawWhy = "the call comes raw, as numbers without paths and data";
const otherWhy = "events of that type do not have it";

/** Happenings that are no system calls. */
const happenings = types(
  "container_start sentry_exec sentry_mmap procexit exit_notify_parent gap sandbox_end",
);

/** Fields that only the path tells which a call was given. */
const ofPaths: ReadonlySet<string> = new Set(
  words("evt.abspath fs.path.name fs.path.nameraw fs.path.source fs.path.target"),
);

/** Calls on a file that is open already. */
const ofOpenFiles = types("fchmod fchown");

/** Raw calls that make a file, of which the path did not come. */
const fileMakers = types("open openat openat2 creat open_by_handle_at memfd_create");

/** What `field` can be, as far as the type of the event tells; `undefined` where it tells nothing. */
export function valuesByType(field: BoundField, place: Place): Values | undefined {
  const { name, coverage } = field;
  const { type } = place;
  if (/^evt\.(?:raw)?arg[.[]/.test(name)) return ofArgument(name, place);
  if (coverage.eventTypes?.has(type) === false) return ofOtherTypes(field, place);
  switch (name) {
    case "evt.type":
      return exactly([type]);
    case "syscall.type":
      return happenings.has(type) ? nothing(noValue(otherWhy)) : exactly([type]);
    case "evt.num":
      return { absent: false, present: "any", least: 1 };
    case "evt.dir":
      return always(type === "procexit" ? ">" : "<", "rules see calls when they return");
    case "gvisor.is_raw":
      return exactly([isRaw(place)]);
    case "gap.kind":
      return type === "gap" ? undefined : nothing(noValue(otherWhy));
    default:
  }
  if (name.startsWith("evt.type.is.")) return exactly([name === `evt.type.is.${type}` ? 1 : 0]);
  return isRaw(place) ? ofRaw(name, type) : undefined;
}

function ofOtherTypes({ name, coverage: { elsewhere } }: BoundField, place: Place): Values {
  if (elsewhere === undefined) return nothing(noValue(otherWhy));
  // Flags that lie in memory are no number.
  const isOpen = name.startsWith("evt.is_open_") && fileMakers.has(place.type);
  return { ...always(elsewhere, isOpen && isRaw(place) ? rawWhy : otherWhy), absent: true };
}

function always(value: FieldValue, why: string): Values {
  return exactly([value], { kind: "one-value", values: [value], why });
}

function noValue(why: string): Limit {
  return { kind: "no-value", why, fits: why === rawWhy };
}

function ofArgument(name: string, place: Place): Values | undefined {
  const names = toldPlaces(place.type, isRaw(place));
  if (names === undefined) return undefined;
  const [, word, bracket] = /^evt\.(?:raw)?arg(?:\.(.+)|\[(.+)\])$/.exec(name) ?? [];
  const wanted = word ?? bracket ?? "";
  const index = /^[0-9]+$/.test(wanted) ? Number(wanted) : names.indexOf(wanted);
  if (names[index] !== undefined) return undefined;
  const isPointer =
    isRaw(place) && syscallSignature("x64", place.type)?.parameters.some((one) => one.name === wanted);
  return nothing(noValue(isPointer ? rawWhy : "events of that type have no such argument"));
}

/** Of what only paths tell, raw calls tell nothing. */
function ofRaw(name: string, type: string): Values | undefined {
  if (ofPaths.has(name) && !ofOpenFiles.has(type)) return nothing(noValue(rawWhy));
  if (!fileMakers.has(type)) return undefined;
  if (name === "fd.name" || name === "fd.nameraw") return { ...always("", rawWhy), absent: true };
  // Where there is no descriptor, as the call failed, a path that is not known is taken for the root.
  if (name === "fd.directory") return { ...always("/", rawWhy), absent: true };
  return name === "fd.filename" ? nothing(noValue(rawWhy)) : undefined;
}
