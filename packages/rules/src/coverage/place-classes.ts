import { type Checked, leavesOf } from "../compiling/checked.ts";
import { type EventTypes, includesType } from "../event-types.ts";
import type { BoundField } from "../fields/bound-field.ts";
import { addToGroup } from "../group.ts";
import { jsonText } from "../json-text.ts";
import type { Assessment } from "./assessment.ts";
import { fieldsOfCondition } from "./rule-parts.ts";

// A rule that looks at events of nearly all types is judged for hundreds of places. For those where all its fields can be the
// same it comes to the same, so one of them is enough.

/** The number of its class for each place of a stream. */
type Classes = readonly number[];

/** Divides the places of a stream. */
export interface ClassMaker {
  /** Places of equal number are alike to `condition`. */
  classesOf(condition: Checked): Classes;
}

class PlaceClasses implements ClassMaker {
  readonly #places: readonly Assessment[];
  readonly #byKey = new Map<string, Classes>();

  constructor(places: readonly Assessment[]) {
    this.#places = places;
  }

  classesOf(condition: Checked): Classes {
    const byField = oneOfAlike(fieldsOfCondition(condition).values());
    const typeSets = typeSetsOf(condition);
    const keys = [...byField.keys(), ...typeSets.keys()].sort();
    return this.#known(keys.join("\n"), () => {
      const parts = [
        ...Array.from(byField, ([key, field]) => this.#ofField(key, field)),
        ...Array.from(typeSets, ([key, types]) => this.#ofTypes(key, types)),
      ];
      return number(this.#places.map((_, i) => parts.map((part) => part[i]).join(" ")));
    });
  }

  #ofField(key: string, field: BoundField): Classes {
    return this.#known(`field ${key}`, () => {
      return number(this.#places.map((place) => jsonText(place.valuesOf(field))));
    });
  }

  #ofTypes(key: string, types: EventTypes): Classes {
    return this.#known(`types ${key}`, () => {
      return number(this.#places.map(({ place }) => String(includesType(types, place.type))));
    });
  }

  #known(key: string, make: () => Classes): Classes {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#byKey.set(key, made);
    return made;
  }
}

/** Fields of one name can be the same whatever their argument, but for those that an argument makes others. */
function alikeName(name: string): string {
  return name.startsWith("evt.") || name.endsWith("[0]") ? name : name.replace(/\[.*/s, "");
}

/** One field of those that are alike, by what they have in common. */
export function oneOfAlike(fields: Iterable<BoundField>): ReadonlyMap<string, BoundField> {
  return new Map(Array.from(fields, (field) => [alikeName(field.name), field]));
}

/** Fields that are alike, together. */
export function groupAlike(fields: Iterable<BoundField>): Iterable<readonly BoundField[]> {
  const groups = new Map<string, BoundField[]>();
  for (const field of fields) {
    addToGroup(groups, alikeName(field.name), field);
  }
  return groups.values();
}

/** The sets of types that a condition asks for, by what they have in common. */
function typeSetsOf(condition: Checked): ReadonlyMap<string, EventTypes> {
  const found = new Map<string, EventTypes>();
  for (const leaf of leavesOf(condition)) {
    if (leaf.kind === "test") continue;
    const { types } = leaf;
    const [sign, names] = "only" in types ? ["in", types.only] : ["not in", types.except];
    found.set(`${sign} ${[...names].sort().join(" ")}`, types);
  }
  return found;
}

/** Equal texts get equal numbers. */
function number(texts: readonly string[]): Classes {
  const numbers = new Map<string, number>();
  return texts.map((text) => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  });
}

export function createClassMaker(places: readonly Assessment[]): ClassMaker {
  return new PlaceClasses(places);
}
