import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonNode } from "./json-node.ts";
import { parseJson } from "./parse-json.ts";

function plain(node: JsonNode): unknown {
  if (node.kind === "null") return null;
  if (node.kind === "array") return node.items.map(plain);
  if (node.kind !== "object") return node.value;
  return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
}

/** What JSON.parse makes of the text, or else "no JSON". */
function oracle(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return "no JSON";
  }
}

function parsed(text: string): unknown {
  const node = parseJson(text);
  return "message" in node ? "no JSON" : plain(node);
}

describe("parseJson", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parsed(text)).toEqual(oracle(text));
      }),
    );
  });

  it("refuses strings that JSON.parse refuses: with control characters, or escapes that there are not", () => {
    const piece = fc.constantFrom(
      "a",
      "\\",
      '"',
      "\0",
      "\n",
      "\u001f",
      "\u007f",
      "\u2028",
      "é",
      "\ud800",
      "u00e9",
      "n",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = `"${pieces.join("")}"`;
        expect(parsed(text)).toEqual(oracle(text));
      }),
      { numRuns: 1000 },
    );
    for (let code = 0; code < 0x100; code++) {
      for (const text of [`"${String.fromCharCode(code)}"`, `"\\${String.fromCharCode(code)}"`]) {
        expect(parsed(text)).toEqual(oracle(text));
      }
    }
  });

  it("reads long strings", () => {
    const long = "x\\n".repeat(1_300_000);
    expect(parsed(`"${long}"`)).toBe("x\n".repeat(1_300_000));
  });
});
