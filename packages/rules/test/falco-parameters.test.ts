import { expect, test } from "vitest";
import { falcoParameters } from "../src/fields/falco-parameters.ts";
import { parameterTypes } from "../src/fields/parameter-types.ts";
import { hasReference, readReference } from "./reference.ts";

/** The parameters of every event that Falco lists, in its order. */
function listed(): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, readonly string[]>();
  for (const line of readReference("spec/falco-events.txt").split("\n")) {
    const [, direction, type = "", text = ""] = /^([<>]) (\w+)\((.*)\)$/.exec(line) ?? [];
    const names = Array.from(text.matchAll(/\*\*(\w+)\*\*/g), ([, name = ""]) => name);
    if (direction === "<" || type === "procexit") all.set(type, names);
  }
  return all;
}

test.runIf(hasReference("the places of parameters"))("parameters stand where Falco has them", () => {
  const falco = listed();
  for (const [type, names] of falcoParameters) expect(names, type).toEqual(falco.get(type));
  // Falco lists calls without parameters with the number of the call alone.
  const left = [...falco].filter(([type, names]) => {
    return names.length > 0 && names[0] !== "ID" && !falcoParameters.has(type);
  });
  // Calls of other machines, old names of others, and what is no event of a sandbox.
  expect(left.map(([type]) => type).sort()).toEqual([
    ...["drop", "fstat64", "llseek", "lstat64", "mmap2", "recv", "send", "stat64", "umount"],
  ]);
});

test("every parameter has a type", () => {
  for (const [type, names] of falcoParameters) {
    for (const name of names) expect(parameterTypes().has(name), `${type} ${name}`).toBe(true);
  }
});
