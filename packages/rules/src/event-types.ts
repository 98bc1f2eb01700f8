/**
 * A set of event types: those of `only`, or all but those of `except`. It says which events a rule can match at all, and
 * so which ones it needs.
 */
export type EventTypes = { readonly only: ReadonlySet<string> } | { readonly except: ReadonlySet<string> };

export const everyType: EventTypes = { except: new Set() };
export const noType: EventTypes = { only: new Set() };

/** Whether `type` is one of `types`. */
export function includesType(types: EventTypes, type: string): boolean {
  return "only" in types ? types.only.has(type) : !types.except.has(type);
}

/** Whether there is no type in `types`. */
export function isNoType(types: EventTypes): boolean {
  return "only" in types && types.only.size === 0;
}

/** All types but `types`. */
export function otherTypes(types: EventTypes): EventTypes {
  return "only" in types ? { except: types.only } : { only: types.except };
}

/** Types that are in both. */
export function commonTypes(a: EventTypes, b: EventTypes): EventTypes {
  if ("only" in a) return { only: filter(a.only, b) };
  if ("only" in b) return { only: filter(b.only, a) };
  return { except: new Set([...a.except, ...b.except]) };
}

/** Types that are in either. */
export function eitherTypes(a: EventTypes, b: EventTypes): EventTypes {
  return otherTypes(commonTypes(otherTypes(a), otherTypes(b)));
}

function filter(names: ReadonlySet<string>, types: EventTypes): ReadonlySet<string> {
  return new Set([...names].filter((name) => includesType(types, name)));
}
