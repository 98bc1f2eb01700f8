import { type Condition, type Operand, parse, print, type RightSide } from "@sentrytap/rules";
import type { PortedCase, PortedSuite } from "../case.ts";
import { filterSuite } from "./filter-case.ts";

/** The tree of a condition; a problem is thrown. */
function treeOf(text: string): Condition {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.condition;
}

/** A tree in one line: what an operator takes stands in brackets behind it. */
function lineOf(condition: Condition): string {
  switch (condition.kind) {
    case "and":
    case "or":
      return `${condition.kind}[${condition.operands.map(lineOf).join(" ")}]`;
    case "not":
      return `not[${lineOf(condition.operand)}]`;
    case "exists":
      return `exists[${operandOf(condition.left)}]`;
    case "compare":
      return `${condition.operator}[${operandOf(condition.left)} ${rightOf(condition.right)}]`;
    case "macro":
      return condition.name;
  }
}

function operandOf(operand: Operand): string {
  if (operand.kind === "transformed") return `${operand.transformer}[${operandOf(operand.operand)}]`;
  return operand.argument === undefined ? operand.name : `${operand.name}<${operand.argument}>`;
}

function rightOf(right: RightSide): string {
  if (right.kind === "literal") return `'${right.text}'`;
  if (right.kind === "list") return `(${right.items.map(({ text }) => `'${text}'`).join(",")})`;
  return right.kind === "field" ? `val[${operandOf(right)}]` : operandOf(right);
}

/** Kinds of the nodes of a comparison, and where they begin. */
function placesOf(condition: Condition): string {
  if (condition.kind !== "compare" && condition.kind !== "exists") return condition.kind;
  const { kind, start, left } = condition;
  const right = kind === "compare" ? ` ${condition.right.kind} ${condition.right.start}` : "";
  return `${kind} ${start} ${left.kind} ${left.start}${right}`;
}

function cases(
  ask: (text: string) => unknown,
  table: readonly (readonly [text: string, falco: unknown])[],
): readonly PortedCase[] {
  return table.map(([text, falco]) => ({ name: JSON.stringify(text), falco, ours: () => ask(text) }));
}

const trees = filterSuite("trees of conditions", [
  ...cases(
    (text) => lineOf(treeOf(text)),
    [
      ["p.q exists and p.r in (a, b) or p.s=c", "or[and[exists[p.q] in[p.r ('a','b')]] =[p.s 'c']]"],
      ["p.s=c or p.q exists and p.r in (a, b)", "or[=[p.s 'c'] and[exists[p.q] in[p.r ('a','b')]]]"],
      ["(p.s=c or p.q exists) and m", "and[or[=[p.s 'c'] exists[p.q]] m]"],
      [
        "b64(p.q) exists and tolower(toupper(p.r)) in val(p.s) or p.t=b64(tolower(p.s))",
        "or[and[exists[b64[p.q]] in[tolower[toupper[p.r]] val[p.s]]] =[p.t b64[tolower[p.s]]]]",
      ],
      ["not not not not not(not not(not not m))", "not[m]"],
      ["not not not(not m)", "not[not[m]]"],
      ["m and n and o or p or q and r", "or[and[m n o] p and[q r]]"],
      ["(m and n) and o", "and[and[m n] o]"],
      ["p.q['a b'] == \"c\"", "=[p.q<a b> 'c']"],
      ["p.q[0]==0x1F", "=[p.q<0> '0x1F']"],
      ["p.q in ()", "in[p.q ()]"],
      ["p.q in a", "in[p.q 'a']"],
      ["p.q pmatch ('/a b', /c)", "pmatch[p.q ('/a b','/c')]"],
      ['p.q = "\\"\\\\\\n\\ "', "=[p.q '\"\\\n\\']"],
      ["p.q = p.r", "=[p.q 'p.r']"],
      ["p.q >= -0.5e+7", ">=[p.q '-0.5e+7']"],
    ],
  ),
  {
    name: "other operators make other trees",
    falco: false,
    ours: () => lineOf(treeOf("p.q >= 0")) === lineOf(treeOf("p.q = 0")),
  },
]);

const places = filterSuite(
  "places of the parts of conditions",
  cases(
    (text) => placesOf(treeOf(text)),
    [
      ["proc.name exists", "exists 0 field 0"],
      ["proc.name=cat", "compare 0 field 0 literal 10"],
      ["proc.aname[3]=cat", "compare 0 field 0 literal 14"],
      ["proc.name =cat", "compare 0 field 0 literal 11"],
      ["proc.name= cat", "compare 0 field 0 literal 11"],
      ["proc.name = cat", "compare 0 field 0 literal 12"],
      ["  proc.name = cat", "compare 2 field 2 literal 14"],
      ["proc.name in (cat, dog)", "compare 0 field 0 list 13"],
      ["proc.name in ( cat, dog)", "compare 0 field 0 list 13"],
      ["tolower( proc.name ) = cat", "compare 0 transformed 0 literal 23"],
      ["proc.name = tolower(proc.pname)", "compare 0 field 0 transformed 12"],
    ],
  ),
);

/** A value in a condition, written and read again. */
function written(value: string): string {
  const at = { start: 0, end: 0 };
  const left = { kind: "field", name: "p.q", argument: undefined, ...at } as const;
  const right = { kind: "literal", text: value, ...at } as const;
  return print({ kind: "compare", left, operator: "=", operatorSpan: at, right, ...at }).slice(
    "p.q = ".length,
  );
}

function readAgain(value: string): string {
  const condition = treeOf(`p.q = ${written(value)}`);
  return condition.kind === "compare" && condition.right.kind === "literal" ? condition.right.text : "";
}

const escapes = filterSuite("values, written", [
  ...cases(written, [
    ["word", "word"],
    ["two words", '"two words"'],
    ["a\b\f\n\r\tz", '"a\\b\\f\\n\\r\\tz"'],
    ['a "quoted" word', '"a \\"quoted\\" word"'],
    ["a 'quoted' word", "\"a 'quoted' word\""],
    ["a=b", '"a=b"'],
  ]),
  ...[
    "two words",
    "a\\b\\f\\n\\r\\tz",
    'a "quoted" word',
    "a 'quoted' word",
    "a\b\f\n\r\tz",
    "C:\\dir",
    "end\\",
    "",
  ].map(
    (value): PortedCase => ({
      name: `read again: ${JSON.stringify(value)}`,
      falco: value,
      ours: () => readAgain(value),
    }),
  ),
]);

/** What a condition names, by kind, sorted. */
function namesIn(text: string): Readonly<Record<string, readonly string[]>> {
  const fields = new Set<string>();
  const macros = new Set<string>();
  const operators = new Set<string>();
  const values = new Set<string>();
  const nameOf = (operand: Operand): string =>
    operand.kind === "field" ? operand.name : nameOf(operand.operand);
  const visit = (condition: Condition): void => {
    switch (condition.kind) {
      case "and":
      case "or":
        condition.operands.forEach(visit);
        break;
      case "not":
        visit(condition.operand);
        break;
      case "macro":
        macros.add(condition.name);
        break;
      case "exists":
        fields.add(nameOf(condition.left));
        operators.add("exists");
        break;
      case "compare":
        fields.add(nameOf(condition.left));
        operators.add(condition.operator);
        if (condition.right.kind === "list")
          for (const { text: value } of condition.right.items) values.add(value);
    }
  };
  visit(treeOf(text));
  const sorted = (names: ReadonlySet<string>): readonly string[] => [...names].sort();
  return {
    fields: sorted(fields),
    macros: sorted(macros),
    operators: sorted(operators),
    values: sorted(values),
  };
}

const names = filterSuite(
  "names in conditions",
  cases(namesIn, [
    [
      "(started or evt.type = open) and (proc.name icontains cat or proc.name in (shells, ps))",
      {
        fields: ["evt.type", "proc.name"],
        macros: ["started"],
        operators: ["=", "icontains", "in"],
        values: ["ps", "shells"],
      },
    ],
  ]),
);

/** What conditions are parsed to. */
export const treeSuites: readonly PortedSuite[] = [trees, places, escapes, names];
