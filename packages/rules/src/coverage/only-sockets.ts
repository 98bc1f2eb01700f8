import type { Checked } from "../compiling/checked.ts";
import { createWork } from "../compiling/work.ts";
import type { BoundField } from "../fields/bound-field.ts";
import { otherTypeChars, otherTypeNames } from "../fields/describe-descriptor.ts";
import { types } from "../fields/event-groups.ts";
import { fdAddressFields } from "../fields/fd-address-fields.ts";
import { assess } from "./assessment.ts";
import type { Place } from "./place.ts";
import { anything, type Values } from "./values.ts";

/** Calls whose descriptor is a socket, whatever the condition says. */
const socketCalls = types("socket socketpair bind connect listen accept accept4");

const ofAddresses: ReadonlySet<string> = new Set(fdAddressFields.map(({ name }) => name));

/** Parts of one condition that are judged: more than Falco's rules have. */
const maxParts = 100_000;

/** Whether `condition` can hold only for sockets: then nothing needs to be known of other descriptors. */
export function onlySockets(condition: Checked, place: Place): boolean {
  if (socketCalls.has(place.type)) return true;
  return assess(place, createWork(maxParts), ofNoSocket).verdictOf(condition) === "never";
}

/** What a field of a descriptor is where that is no socket. */
function ofNoSocket({ name }: BoundField): Values | undefined {
  if (name === "fd.type") return { ...anything, present: otherTypeNames };
  if (name === "fd.typechar") return { ...anything, present: otherTypeChars };
  return ofAddresses.has(name) ? { ...anything, present: [] } : undefined;
}
