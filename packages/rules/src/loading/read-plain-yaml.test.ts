import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDiagnostics } from "./diagnostics.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readPlainYaml } from "./read-plain-yaml.ts";
import { createSourceFile } from "./source-file.ts";
import type { YamlDocuments, YamlValue } from "./yaml-value.ts";

/** All that is read of a value, as data. */
function tree(value: YamlValue, documents: YamlDocuments | undefined): unknown {
  const inner = (node: unknown): unknown =>
    tree(documents === undefined ? (node as YamlValue) : documents.value(node, value.offset), documents);
  if (value.kind === "sequence") return { ...value, items: value.items.map(inner) };
  if (value.kind === "map") {
    const pairs = value.pairs.map(({ key, name, value: of }) => ({
      key: inner(key),
      name,
      value: inner(of),
    }));
    return { ...value, pairs };
  }
  if (value.kind === "null") return value;
  const { type, range } = value.scalar;
  return { ...value, scalar: { type, range: range?.slice(0, 2) } };
}

function byLibrary(text: string): unknown {
  const diagnostics = createDiagnostics();
  const budget = { most: 1e9, left: 1e9 };
  const documents = parseYaml(createSourceFile({ name: "t", text }), budget, diagnostics);
  if (documents === undefined) return diagnostics.all.map(({ message }) => message);
  return documents.roots.map((root) => tree(root, documents));
}

function plainly(text: string): unknown {
  const plain = readPlainYaml(text, 1e9);
  return plain && [tree(plain.root, undefined)];
}

const rules = ["../../../sentrytap/rules/", "../../../../../shared/rules/"].flatMap((folder) => {
  try {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    return readdirSync(path).flatMap((name) => (name.endsWith(".yaml") ? [`${path}${name}`] : []));
  } catch {
    return [];
  }
});

test.each(rules)("%s is read plainly, as the library reads it", (path) => {
  const text = readFileSync(path, "utf8");
  expect(plainly(text)).toBeDefined();
  expect(plainly(text)).toEqual(byLibrary(text));
});

describe("read as the library does", () => {
  test.each([
    "- a",
    "- a\n- b\n",
    "# c\n\n- a # d\n  # e\n- b #\n",
    "-   a: b\n    c: 'd'' e'\n",
    '- a: "b \\" \\\\ \\n c"\n',
    "- - a\n  - b\n-  - c\n",
    "- a:\n  - b\n  - c\n  d: e\n",
    "- a:\n    - b\n    - c: d\n      e: f\n  g: ~\n",
    "- a: # c\n    b: null\n",
    "- a: b c\n     d\n\n\n   e\n- f\n",
    "- a: b # c\n  d: e#f\n",
    "- a: >\n    b\n    c\n\n    d\n      e\n\n      f\n    g\n\n\n- h\n",
    "- a: |-\n\n   b\n     c\n\n   d # e\n  # f\n  g: h\n",
    "- a: > # c\n    b",
    "- >-\n b\n c\n- d\n",
    "- a: [b, 'c, d', \"e\", [f], [], g h,]\n",
    "- a: [ b,\n    c, # d\n\n    # e\n    f ] # g\n  h: [\n   i\n   ]\n",
    '- a: http://b:80/c?d=e&f=%g\n  b: [-x, a:b, "c":d]\n',
    "- a: [b,\n    c\n  ]\n- [d\n]\n",
    "- a:\n    b\n  c: # d\n\n    e\n    f\n  g:\n   [h]\n  i:\n    'j'\n",
    "- a: é ü \u00a0\n",
    "- a: b   \n",
    "- true: yes\n  null: 1\n",
    "- a: b\n  a: c\n",
  ])("%j", (text) => {
    const plain = plainly(text);
    if (plain !== undefined) expect(plain).toEqual(byLibrary(text));
    else expect(text).toContain('"c":d');
  });
});

test.each([
  "",
  "a: b\n",
  "--- \n- a\n",
  "- a: b: c\n",
  "- a: [b\n",
  "- a: [b\n ]\n",
  "- a: [[b\n  ]]\n",
  "- a: 'b\n",
  "- a: 'b' c\n",
  '- a: "\\q"\n',
  "- a: &b c\n",
  "- a: *b\n",
  "- a: !b c\n",
  "- a: {b: c}\n",
  "- a:\n",
  "- a: >2\n    b\n",
  "- a: >\n  b\n",
  "- a: |\n     b\n    c\n",
  "- a: b\n   # c\n   d\n",
  "- a:\n # c\n    d\n  e: f\n",
  "- a: b\n c: d\n",
  "- a: b\n   c: d\n",
  "- a: b\n    - c\n",
  "- a\nb: c\n",
  "- a: b\n- c: d\n e: f\n",
  "- a: b\tc\n",
  "- a: b\r\n",
  "- a: %b\n",
  "- a: @b\n",
  "- ? a\n",
  "- a: [b #c\n",
  "- a: [b, ,c]\n",
  "- a: b\n...\n",
  `- a: ${"[".repeat(30)}${"]".repeat(30)}\n`,
  `${"- ".repeat(30)}a\n`,
])("%j is left to the library", (text) => expect(readPlainYaml(text, 1e9)).toBeUndefined());

test("no more values are read than may be", () => {
  expect(readPlainYaml("- a\n- b: [c]\n", 6)?.values).toBe(6);
  expect(readPlainYaml("- a\n- b: [c]\n", 5)).toBeUndefined();
});

test("whatever is read plainly the library reads, too, and the same", () => {
  const piece = fc.constantFrom(
    ..."- |-  |a: |b|c:|: |\n|\n  |\n    |\n   |\n- |'|''|\"|\\|\\\"|[|]|, |,|{|}|# | #|>\n|>-\n|  |~|null|é|&|*|!|?|? |%|@|.|0|..."
      .split("|")
      .filter((part) => part !== ""),
    "|\n",
    "|-\n",
    "- a: ",
    "\n  b: ",
    "- a:\n  - ",
    "- a: >\n    ",
    "- a: [",
    "\n---\n",
    "\t",
  );
  let plainOnes = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const text = `- ${pieces.join("")}`;
      const plain = plainly(text);
      if (plain === undefined) return;
      plainOnes++;
      expect(plain).toEqual(byLibrary(text));
    }),
    { numRuns: 5_000 },
  );
  expect(plainOnes).toBeGreaterThan(100);
});
