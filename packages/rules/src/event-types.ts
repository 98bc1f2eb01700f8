/**
 * A set of event types: those of `only`, or all but those of `except`. It says which events a rule can match at all, and
 * so which ones it needs.
 */
export type EventTypes = { readonly only: ReadonlySet<string> } | { readonly except: ReadonlySet<string> };

/** All types. */
export const everyType: EventTypes = { except: new Set() };

/** No type at all. */
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

/** Types that are in one of `sets`. */
export function typesOfAny(sets: Iterable<EventTypes>): EventTypes {
  const only = new Set<string>();
  let except: ReadonlySet<string> | undefined;
  // What many conditions share is one set, and is looked at once.
  for (const types of new Set(sets)) {
    if ("only" in types) for (const name of types.only) only.add(name);
    else except = except === undefined ? types.except : filter(except, { only: types.except });
  }
  if (except === undefined) return { only };
  return { except: only.size === 0 ? except : filter(except, { except: only }) };
}

/** Types that are in all of `sets`. */
export function typesOfAll(sets: Iterable<EventTypes>): EventTypes {
  return otherTypes(typesOfAny(Array.from(new Set(sets), otherTypes)));
}

function filter(names: ReadonlySet<string>, types: EventTypes): ReadonlySet<string> {
  return new Set([...names].filter((name) => includesType(types, name)));
}
