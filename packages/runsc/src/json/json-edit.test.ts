import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addItem, addMember, removeItem, removeMember, replaceString } from "./json-edit.ts";
import type { JsonNode } from "./json-node.ts";
import { parseJson } from "./parse-json.ts";

function parsed(text: string): JsonNode {
  const node = parseJson(text);
  if ("message" in node) throw new Error(node.message);
  return node;
}

function object(text: string): Extract<JsonNode, { kind: "object" }> {
  const node = parsed(text);
  if (node.kind !== "object") throw new Error(text);
  return node;
}

function array(text: string): Extract<JsonNode, { kind: "array" }> {
  const node = parsed(text);
  if (node.kind !== "array") throw new Error(text);
  return node;
}

describe("addMember", () => {
  const value = { path: "/r", args: ["a"] };

  it.each<[string, string]>([
    ["{}", '{\n    "k": {\n        "path": "/r",\n        "args": [\n            "a"\n        ]\n    }\n}'],
    ['{"a":1}', '{"a":1,"k":{"path":"/r","args":["a"]}}'],
    ['{"a": 1}', '{"a": 1, "k": { "path": "/r", "args": [ "a" ] }}'],
    [
      '{\n\t"a": 1\n}\n',
      '{\n\t"a": 1,\n\t"k": {\n\t\t"path": "/r",\n\t\t"args": [\n\t\t\t"a"\n\t\t]\n\t}\n}\n',
    ],
    [
      '{\r\n  "a": 1\r\n}',
      '{\r\n  "a": 1,\r\n  "k": {\r\n    "path": "/r",\r\n    "args": [\r\n      "a"\r\n    ]\r\n  }\r\n}',
    ],
  ])("writes as the file does: %j", (text, expected) => {
    expect(addMember(text, object(text), "k", value)).toBe(expected);
  });
});

describe("any text", () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const layout = fc.constantFrom<string | number | undefined>(undefined, 1, 3, "\t");

  it("has what was added to its objects, and is as it was when that is taken out again", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), json, layout, (value, added, indent) => {
        fc.pre(!("new" in value) && !("__proto__" in value));
        const text = JSON.stringify(value, undefined, indent);
        const more = addMember(text, object(text), "new", JSON.parse(JSON.stringify(added)));
        expect(JSON.parse(more)).toEqual(JSON.parse(JSON.stringify({ ...value, new: added })));
        const { members } = object(more);
        expect(removeMember(more, object(more), members.length - 1)).toBe(text);
      }),
    );
  });

  it("has what was added to its lists, and any item can be taken out", () => {
    fc.assert(
      fc.property(fc.array(json), json, layout, (value, added, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const more = addItem(text, array(text), JSON.parse(JSON.stringify(added)));
        expect(JSON.parse(more)).toEqual(JSON.parse(JSON.stringify([...value, added])));
        expect(removeItem(more, array(more), value.length)).toBe(text);
        for (let index = 0; index < value.length; index++) {
          const without = removeItem(text, array(text), index);
          expect(JSON.parse(without)).toEqual(JSON.parse(JSON.stringify(value.toSpliced(index, 1))));
        }
      }),
    );
  });
});

describe("replaceString", () => {
  it("changes nothing else", () => {
    const text = '[ "a",  "b" ]';
    const [, second] = array(text).items;
    expect(second && replaceString(text, second, 'c"')).toBe('[ "a",  "c\\"" ]');
  });
});
