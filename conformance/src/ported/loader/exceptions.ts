import type { PortedSuite } from "../case.ts";
import { change, condition, list, loaderSuite, loads, rule } from "./loader-case.ts";

const invalid = { errors: ["LOAD_ERR_YAML_VALIDATE"] };
const wrong = { errors: ["LOAD_ERR_VALIDATE"] };
const old = ["LOAD_DEPRECATED_ITEM"];

/** The rule with exceptions. */
const except = (...exceptions: readonly object[]): object => rule({ exceptions });

/** More exceptions for it, the old way. */
const more = (...exceptions: readonly object[]): object => change({ exceptions, append: true });

/** Three exceptions of ever more fields; `values` says which have any. */
function three(...values: readonly (readonly unknown[] | undefined)[]): readonly object[] {
  const fields = ["proc.name", "proc.cmdline", "proc.pname"];
  return fields.map((_, i) => ({
    name: `by${i + 1}`,
    fields: fields.slice(0, i + 1),
    ...(values[i] !== undefined && { values: values[i] }),
  }));
}

const where = "evt.type = chdir";

/** The holes in rules. */
export const exceptionSuites: readonly PortedSuite[] = [
  loaderSuite("what exceptions make of a condition", [
    condition(
      "the condition is put in parentheses, the exception negated",
      [
        [
          rule({
            condition: "proc.cmdline contains nc or proc.cmdline contains socat",
            exceptions: [
              { name: "local", fields: ["proc.cmdline"], comps: ["contains"], values: [["nc 127.0.0.1"]] },
            ],
          }),
        ],
      ],
      '((proc.cmdline contains nc or proc.cmdline contains socat) and not proc.cmdline contains "nc 127.0.0.1")',
    ),
    condition("without values there is none", [[except(...three())]], where),
    condition("one value", [[except(...three([["ls"]]))]], `(${where} and not proc.name = ls)`),
    condition(
      "a second row of values",
      [
        [
          except(
            ...three(undefined, [
              ["no", "no"],
              ["ls", "ls /srv"],
            ]),
          ),
        ],
      ],
      `(${where} and not ((proc.name = no and proc.cmdline = no) or (proc.name = ls and proc.cmdline = "ls /srv")))`,
    ),
    condition(
      "a second exception",
      [[except(...three([["no"]], [["ls", "ls /srv"]], [["no", "ls /srv", "sh"]]))]],
      `(${where} and not proc.name = no and not (proc.name = ls and proc.cmdline = "ls /srv") and not (proc.name = no and proc.cmdline = "ls /srv" and proc.pname = sh))`,
    ),
    condition(
      "an operator",
      [[except({ name: "e", fields: ["proc.name"], comps: ["contains"], values: [["l"]] })]],
      `(${where} and not proc.name contains l)`,
    ),
    condition(
      "quotes that the value brings",
      [[except({ name: "e", fields: ["proc.name", "proc.cmdline"], values: [["ls", '"ls /srv"']] })]],
      `(${where} and not (proc.name = ls and proc.cmdline = "ls /srv"))`,
    ),
    condition(
      "values of an operator that takes several",
      [
        [
          except({
            name: "e",
            fields: ["proc.name", "proc.cmdline"],
            comps: ["=", "in"],
            values: [["ls", ["ls /", "ls /srv"]]],
          }),
        ],
      ],
      `(${where} and not (proc.name = ls and proc.cmdline in ("ls /", "ls /srv")))`,
    ),
    condition(
      "a list by its name in parentheses",
      [
        [
          list("runs", ["ls /", "ls /srv"]),
          except({
            name: "e",
            fields: ["proc.name", "proc.cmdline"],
            comps: ["=", "in"],
            values: [["ls", "(runs)"]],
          }),
        ],
      ],
      `(${where} and not (proc.name = ls and proc.cmdline in ("ls /", "ls /srv")))`,
    ),
    condition(
      "a list by its name",
      [
        [
          list("runs", ["ls /", "ls /srv"]),
          except({
            name: "e",
            fields: ["proc.name", "proc.cmdline"],
            comps: ["=", "in"],
            values: [["ls", "runs"]],
          }),
        ],
      ],
      `(${where} and not (proc.name = ls and proc.cmdline in ("ls /", "ls /srv")))`,
    ),
    condition(
      "one field, whose values make a list",
      [[except({ name: "e", fields: "proc.cmdline", comps: "in", values: ["ls /", "ls /srv"] })]],
      `(${where} and not proc.cmdline in ("ls /", "ls /srv"))`,
    ),
    condition(
      "one field, without its operator",
      [[except({ name: "e", fields: "proc.name", values: ["ls"] })]],
      `(${where} and not proc.name in (ls))`,
    ),
    condition(
      "a function of a field",
      [[except({ name: "e", fields: ["toupper(proc.name)"], comps: ["="], values: [["LS"]] })]],
      `(${where} and not toupper(proc.name) = LS)`,
    ),
    condition(
      "a function of a field, with a blank",
      [[except({ name: "e", fields: ["toupper( proc.name)"], comps: ["="], values: [["LS"]] })]],
      `(${where} and not toupper(proc.name) = LS)`,
    ),
    condition(
      "a function as a value is one",
      [[except({ name: "e", fields: ["proc.name"], values: [["tolower(proc.pname)"]] })]],
      `(${where} and not proc.name = tolower(proc.pname))`,
    ),
    condition(
      "a function as a value with a blank is a text",
      [[except({ name: "e", fields: ["proc.name"], values: [["tolower( proc.pname)"]] })]],
      `(${where} and not proc.name = "tolower( proc.pname)")`,
    ),
    condition(
      "a field as a value is a text",
      [[except({ name: "e", fields: ["proc.name"], values: [["proc.pname"]] })]],
      `(${where} and not proc.name = proc.pname)`,
    ),
  ]),

  loaderSuite("warnings about exceptions", [
    loads("a function of a field is none", [
      [except({ name: "e", fields: ["toupper(proc.name)"], values: [["LS"]] })],
    ]),
    ...["proc.pname", "proc.pname ", "tolower( proc.pname)"].map((value) =>
      loads(
        `a value that looks like a field or function: ${JSON.stringify(value)}`,
        [[except({ name: "e", fields: ["proc.name"], values: [[value]] })]],
        {
          warnings: ["LOAD_COMPILE_CONDITION"],
        },
      ),
    ),
    loads("a function as a value is none", [
      [except({ name: "e", fields: ["proc.name"], values: [["tolower(proc.pname)"]] })],
    ]),
    loads(
      "appended without values, the old way",
      [[except({ name: "e", fields: ["proc.name"], values: [["ls"]] }), more({ name: "e", value: "du" })]],
      { warnings: ["LOAD_APPEND_NO_VALUES", "LOAD_DEPRECATED_ITEM"] },
    ),
    loads(
      "appended without values",
      [
        [
          except({ name: "e", fields: ["proc.name"], values: [["ls"]] }),
          change({ exceptions: [{ name: "e", value: "du" }], override: { exceptions: "append" } }),
        ],
      ],
      { warnings: ["LOAD_APPEND_NO_VALUES"] },
    ),
    loads(
      "a name that stands twice",
      [
        [
          except(
            { name: "e", fields: ["proc.name"], values: [["ls"]] },
            { name: "e", fields: ["proc.name"], comps: ["endswith"], values: [["du"]] },
          ),
        ],
      ],
      { warnings: ["LOAD_EXCEPTION_NAME_NOT_UNIQUE"] },
    ),
  ]),

  loaderSuite("exceptions that are appended", [
    condition(
      "one value more",
      [[except(...three([["ls"]])), more({ name: "by1", values: [["du"]] })]],
      `(${where} and not (proc.name = ls or proc.name = du))`,
    ),
    condition(
      "the first value",
      [[except(...three()), more({ name: "by1", values: [["du"]] })]],
      `(${where} and not proc.name = du)`,
    ),
    condition(
      "twice",
      [
        [
          except(...three()),
          more({ name: "by1", values: [["du"]] }),
          more({ name: "by1", values: [["ls"]] }),
        ],
      ],
      `(${where} and not (proc.name = du or proc.name = ls))`,
    ),
    condition(
      "a second row of values",
      [
        [
          except(...three()),
          more({
            name: "by2",
            values: [
              ["no", "no"],
              ["ls", "ls /"],
            ],
          }),
        ],
      ],
      `(${where} and not ((proc.name = no and proc.cmdline = no) or (proc.name = ls and proc.cmdline = "ls /")))`,
    ),
    condition(
      "to several",
      [
        [
          except(...three()),
          more(
            { name: "by1", values: [["no"]] },
            { name: "by2", values: [["ls", "ls /"]] },
            { name: "by3", values: [["no", "ls /", "sh"]] },
          ),
        ],
      ],
      `(${where} and not proc.name = no and not (proc.name = ls and proc.cmdline = "ls /") and not (proc.name = no and proc.cmdline = "ls /" and proc.pname = sh))`,
    ),
    condition(
      "to one with an operator",
      [
        [
          except({ name: "e", fields: ["proc.name"], comps: ["contains"] }),
          more({ name: "e", values: [["l"]] }),
        ],
      ],
      `(${where} and not proc.name contains l)`,
    ),
    condition(
      "with quotes that the value brings",
      [
        [
          except(...three()),
          more({
            name: "by2",
            values: [
              ["no", "no"],
              ["ls", '"ls /"'],
            ],
          }),
        ],
      ],
      `(${where} and not ((proc.name = no and proc.cmdline = no) or (proc.name = ls and proc.cmdline = "ls /")))`,
    ),
    condition(
      "to one field",
      [
        [
          except({ name: "e", fields: "proc.cmdline", comps: "in", values: ["ls /"] }),
          more({ name: "e", values: ["ls /srv"] }),
        ],
      ],
      `(${where} and not proc.cmdline in ("ls /", "ls /srv"))`,
    ),
    condition(
      "a new one of one field",
      [[rule(), more({ name: "e", fields: "proc.cmdline", comps: "in", values: ["ls /"] })]],
      `(${where} and not proc.cmdline in ("ls /"))`,
    ),
    condition(
      "a second one of one field",
      [
        [
          except({ name: "e", fields: "proc.name", comps: "in", values: ["ls"] }),
          more({ name: "f", fields: "proc.cmdline", comps: "in", values: ["ls /"] }),
        ],
      ],
      `(${where} and not proc.name in (ls) and not proc.cmdline in ("ls /"))`,
    ),
    condition(
      "the new way",
      [
        [
          except({ name: "e", fields: "proc.name", values: ["ls"] }),
          change({ exceptions: [{ name: "e", values: ["du"] }], override: { exceptions: "append" } }),
        ],
      ],
      `(${where} and not proc.name in (ls, du))`,
    ),
    condition(
      "or replaced",
      [
        [
          except(...three([["ls"]])),
          change({
            exceptions: [{ name: "e", fields: ["proc.pname"], values: [["sh"]], comps: ["="] }],
            override: { exceptions: "replace" },
          }),
        ],
      ],
      `(${where} and not proc.pname = sh)`,
    ),
    loads(
      "what replaces needs its fields",
      [
        [
          except({ name: "e", fields: "proc.name", comps: "in", values: ["ls"] }),
          change({ exceptions: [{ name: "e", values: ["du"] }], override: { exceptions: "append" } }),
          change({ exceptions: [{ name: "e", values: ["df"] }], override: { exceptions: "replace" } }),
        ],
      ],
      invalid,
    ),
    loads("a new one needs its fields", [[rule(), more({ name: "e", comps: "in", values: ["ls"] })]], {
      ...wrong,
      warnings: old,
    }),
    loads("one of another name is new", [[except(...three()), more({ name: "f", values: [["ls", "du"]] })]], {
      ...wrong,
      warnings: old,
    }),
    loads("a new one needs values", [[rule(), more({ name: "e", fields: ["proc.name"], values: [] })]], {
      ...wrong,
      warnings: old,
    }),
    loads(
      "an old one keeps its fields",
      [[except(...three()), more({ name: "by1", fields: ["proc.pname"], values: [["ls"]] })]],
      { ...wrong, warnings: old },
    ),
    loads(
      "an old one keeps its operators",
      [[except(...three()), more({ name: "by1", comps: ["in"], values: [["ls"]] })]],
      { ...wrong, warnings: old },
    ),
    loads("a name is needed", [[except(...three()), more({ values: [["ls", "du"]] })]], {
      ...invalid,
      warnings: old,
    }),
    loads(
      "values must be as many as fields",
      [[except(...three()), more({ name: "by2", values: [["ls"]] })]],
      { ...wrong, warnings: old },
    ),
  ]),

  loaderSuite("exceptions that are wrong", [
    loads("no name", [[except({ fields: ["proc.name"] })]], invalid),
    loads("no fields", [[except({ name: "e" })]], invalid),
    loads("no sequence of exceptions", [[rule({ exceptions: { name: "e" } })]], invalid),
    loads("an exception that is no map", [[rule({ exceptions: ["e"] })]], invalid),
    loads("nothing is no exception", [[rule({ exceptions: null })]]),
    loads("fields that are a map", [[except({ name: "e", fields: { a: "b" } })]], wrong),
    loads("fields that are empty", [[except({ name: "e", fields: [] })]], wrong),
    loads("fields within fields", [[except({ name: "e", fields: [["proc.name"]] })]], wrong),
    loads("operators that are empty are left out", [
      [except({ name: "e", fields: ["proc.name"], comps: [], values: [["ls"]] })],
    ]),
    loads(
      "one operator for a sequence of fields",
      [[except({ name: "e", fields: ["proc.name"], comps: "=" })]],
      wrong,
    ),
    loads(
      "a sequence of operators for one field",
      [[except({ name: "e", fields: "proc.name", comps: ["in"] })]],
      wrong,
    ),
    loads(
      "one field takes an operator of lists",
      [[except({ name: "e", fields: "proc.name", comps: "=" })]],
      wrong,
    ),
    loads(
      "fewer operators than fields",
      [[except({ name: "e", fields: ["proc.name", "proc.pname"], comps: ["="] })]],
      wrong,
    ),
    loads(
      "an operator that is none",
      [[except({ name: "e", fields: ["proc.name", "proc.pname"], comps: ["=", "equals"] })]],
      wrong,
    ),
    loads("a field that is none", [[except({ name: "e", fields: ["nosuch.field"] })]], wrong),
    loads(
      "a function of a field that is none",
      [[except({ name: "e", fields: ["tolower(nosuch.field)"] })]],
      wrong,
    ),
    loads(
      "values that are no sequence",
      [[except({ name: "e", fields: ["proc.name"], values: "ls" })]],
      invalid,
    ),
    loads(
      "fewer values than fields",
      [[except({ name: "e", fields: ["proc.name", "proc.pname"], values: [["ls"]] })]],
      wrong,
    ),
    loads(
      "one value for a sequence of fields",
      [[except({ name: "e", fields: ["proc.name"], values: ["ls"] })]],
      wrong,
    ),
    loads("a row for one field", [[except({ name: "e", fields: "proc.name", values: [["ls"]] })]], wrong),
    loads("an empty value", [[except({ name: "e", fields: ["proc.name"], values: [[""]] })]], invalid),
    loads("no value in a row", [[except({ name: "e", fields: ["proc.name"], values: [[null]] })]], {
      errors: ["LOAD_ERR_COMPILE_CONDITION"],
    }),
    loads(
      "rows within rows",
      [[except({ name: "e", fields: ["proc.name"], comps: ["in"], values: [[[["ls"]]]] })]],
      { errors: ["LOAD_ERR_COMPILE_CONDITION"] },
    ),
  ]),
];
