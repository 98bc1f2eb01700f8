import { describe, expect, test } from "vitest";
import { errorsOf, problemsOf, ruleYaml } from "../../test/load.ts";
import { listOperators, scalarOperators } from "../language/ast.ts";

/** The column where the condition of {@link ruleYaml} begins. */
const conditionColumn = 15;

/** The messages that a condition gets, each with its offset in it. */
function problemsIn(condition: string): readonly string[] {
  return errorsOf(ruleYaml(condition)).map((line) => {
    const [, at = "0", message] =
      /^0\.yaml:3:(\d+): error LOAD_ERR_COMPILE_CONDITION: (.*)$/s.exec(line) ?? [];
    return `${Number(at) - conditionColumn}: ${message}`;
  });
}

const equality = ["=", "!=", "in", "intersects"];
const ordering = [...equality, "<", "<=", ">", ">="];
const textual = "contains icontains startswith endswith glob iglob regex pmatch".split(" ");

/** A field of each type, the operators that it has, and the values that it takes. */
const types: Readonly<
  Record<string, { field: string; operators: readonly string[]; values: readonly string[] }>
> = {
  string: { field: "proc.name", operators: [...ordering, ...textual], values: ["*"] },
  boolean: { field: "evt.is_io", operators: equality, values: ["true"] },
  number: { field: "fd.num", operators: ordering, values: ["7", "-7", "+7", "70000", "5000000000", "0x1f"] },
  unsigned: { field: "evt.num", operators: ordering, values: ["7", "+7", "70000", "5000000000", "0x1f"] },
  uint32: { field: "user.uid", operators: ordering, values: ["7", "+7", "70000", "0x1f"] },
  int32: { field: "fd.dev", operators: ordering, values: ["7", "-7", "+7", "70000", "0x1f"] },
  int16: { field: "evt.cpu", operators: ordering, values: ["7", "-7", "+7", "0x1f"] },
  double: { field: "thread.cpu", operators: ordering, values: ["7", "-7", "+7", "70000", "0x1f"] },
  port: { field: "fd.sport", operators: ordering, values: ["7", "ssh"] },
  time: { field: "evt.rawtime", operators: ordering, values: ["7", "+7", "70000", "5000000000", "0x1f"] },
  duration: {
    field: "proc.duration",
    operators: ordering,
    values: ["7", "+7", "70000", "5000000000", "0x1f"],
  },
  ip: { field: "fd.sip", operators: equality, values: ["10.0.0.1", "fe80::1"] },
  net: { field: "fd.snet", operators: equality, values: ["10.0.0.0/8", "fe80::/10"] },
  bytes: {
    field: "evt.buffer",
    operators: [...equality, "contains", "startswith", "endswith", "bcontains", "bstartswith"],
    values: ["*"],
  },
  "list of string": { field: "fd.types", operators: ["in", "intersects"], values: ["*"] },
  "len() of a list": {
    field: "len(fd.types)",
    operators: ordering,
    values: ["7", "+7", "70000", "5000000000", "0x1f"],
  },
};

const values = [
  "7",
  "-7",
  "+7",
  "70000",
  "5000000000",
  "99999999999999999999",
  "0x1f",
  "1.5",
  "true",
  "ssh",
  "10.0.0.1",
  "10.0.0.0/8",
  "fe80::1",
  "fe80::/10",
];
const operators = [...scalarOperators, ...listOperators];
const numeric = new Set(["<", "<=", ">", ">="]);
const hexadecimal = new Set(["bcontains", "bstartswith"]);

describe.each(Object.entries(types))("%s", (_, { field, operators: fitting, values: taken }) => {
  test.each(operators)("%s", (operator) => {
    for (const value of values) {
      // These do not parse with anything else.
      if (numeric.has(operator) && !/^[+-]?[0-9]+$/.test(value)) continue;
      // It would repeat nothing.
      if (operator === "regex" && value === "+7") continue;
      const isList = listOperators.some((one) => one === operator);
      const condition = `${field} ${operator} ${isList ? `(${value})` : value}`;
      const found = problemsIn(condition);
      const takesIt = taken.includes(value) || taken.includes("*");
      if (!fitting.includes(operator)) {
        expect(found, condition).toEqual([
          expect.stringMatching(`^${field.length + 1}: the operator "${operator}" cannot compare `),
        ]);
      } else if (hexadecimal.has(operator) ? /^(?:[0-9a-f]{2})*$/.test(value) : takesIt) {
        expect(found, condition).toEqual([]);
      } else {
        expect(found, condition).toEqual([
          expect.stringMatching(`^${condition.indexOf(value, field.length)}: `),
        ]);
      }
    }
  });
});

describe("positions", () => {
  test.each([
    ["fd.num in (1, two, 3)", [/^14: "two" is no integer/]],
    ["fd.num in (one, 2, three)", [/^11: "one"/, /^19: "three"/]],
    ["proc.name = cat and fd.num contains 3 and evt.is_io = 1", [/^27: the operator/, /^54: "1" is neither/]],
    ["not (proc.nosuch exists)", [/^5: there is no field/]],
    ["tolower(fd.num) = 1", [/^0: tolower\(\) cannot be applied to number fields/]],
    ["toupper(tolower(fd.num)) = 1", [/^8: tolower\(\) cannot be applied/]],
    [
      "proc.name = val(fd.num)",
      [/^16: proc\.name is a string, and fd\.num a number: compare like with like/],
    ],
    ["proc.name = toupper(fd.num)", [/^12: toupper\(\) cannot be applied/]],
    ["tolower(evt.type) = open", [/^0: tolower\(\) cannot be applied to evt\.type here: it decides/]],
    ["tolower(evt.type) exists", [/^0: tolower\(\) cannot be applied to evt\.type here: it decides/]],
    ["evt.type in val(proc.name)", [/^16: evt\.type cannot be compared with another field: it decides/]],
    ["tolower(proc.aname[2]) = x", [/^0: tolower\(\) .* such as proc\.aname\[2\]/]],
    ["fd.types in val(fd.types)", [/^16: fd\.types cannot be compared with another field/]],
    [`proc.name in (a, ${"b".repeat(256)})`, [/^17: the value is 256 bytes long, and 255 is the most/]],
    [
      "evt.around[1] > 5",
      [/^14: the operator ">" cannot compare evt\.around\[1\], .*: use one of =, exists/],
    ],
    ["proc.name regex (", [/^16: expected a value/]],
    ["proc.name regex '('", [/^16: not a regular expression: .*missing closing/]],
    ["evt.buffer bcontains abc", [/^21: "abc" is no hexadecimal number/]],
  ])("%s", (condition, messages) => {
    expect(problemsIn(condition)).toEqual(messages.map((message) => expect.stringMatching(message)));
  });

  test("a name that no event has is one that no event type has", () => {
    expect(problemsOf(ruleYaml("syscall.type = nosuch")).join()).toMatch(/LOAD_NO_EVTTYPE: no type of event/);
    expect(problemsOf(ruleYaml("syscall.type in (nosuch, open)"))).toEqual([]);
  });

  test("a condition that is right gets no error at all", () => {
    expect(problemsOf(ruleYaml("evt.type = open and proc.name in (cat, dog)"))).toEqual([]);
  });
});
