import { createFieldRegistry, type FieldRegistry } from "@sentrytap/rules";
import type { PortedSuite } from "../case.ts";
import { blames, change, condition, list, loaderSuite, loads, macro, rule } from "./loader-case.ts";

const wrong = { errors: ["LOAD_ERR_VALIDATE"] };
const noTypes = { warnings: ["LOAD_NO_EVTTYPE"] };
const skipped = { warnings: ["LOAD_UNKNOWN_FILTER"] };

const where = (own: string): object => rule({ condition: `evt.type = chdir and ${own}` });
const ls = list("tools", ["ls"]);

/** Fields of an audit log and others, which have no value. */
function auditFields(): FieldRegistry {
  const fields = createFieldRegistry();
  for (const name of ["ka.field", "jevt.field", "some.field"]) {
    fields.register({
      name,
      type: "string",
      description: "A field of another source.",
      read: () => undefined,
    });
  }
  return fields;
}

const unsafe =
  "A comparison with a value that is not there never holds here: to compare with <NA> is of no use, and of no harm.";

/** Lists, macros, fields and sources by their names. */
export const nameSuites: readonly PortedSuite[] = [
  loaderSuite("names of lists in conditions", [
    condition("alone", [[ls, where("proc.name in (tools)")]], "(evt.type = chdir and proc.name in (ls))"),
    condition(
      "without parentheses",
      [[ls, where("proc.name in tools")]],
      "(evt.type = chdir and proc.name in ls)",
    ),
    condition(
      "at the front",
      [[ls, where("proc.name in (tools, ps)")]],
      "(evt.type = chdir and proc.name in (ls, ps))",
    ),
    condition(
      "in the middle",
      [[ls, where("proc.name in (du, tools, ps)")]],
      "(evt.type = chdir and proc.name in (du, ls, ps))",
    ),
    condition(
      "at the end",
      [[ls, where("proc.name in (du, tools)")]],
      "(evt.type = chdir and proc.name in (du, ls))",
    ),
    condition("as a value", [[ls, where("proc.name=tools")]], "(evt.type = chdir and proc.name = ls)"),
    condition(
      "as a value between blanks",
      [[ls, where("(proc.name= tools or proc.name=none)")]],
      "(evt.type = chdir and (proc.name = ls or proc.name = none))",
    ),
    condition(
      "part of a word is no name",
      [[ls, where("proc.name in (my_tools)")]],
      "(evt.type = chdir and proc.name in (my_tools))",
    ),
    loads(
      "part of a word does not use the list",
      [[list("tools", ['"two words"']), where("proc.name in (my_tools)")]],
      { warnings: ["LOAD_UNUSED_LIST"] },
    ),
    condition(
      "items with blanks are put in quotes",
      [[list("tools", ["ls", "two words"]), where("proc.name in (tools)")]],
      '(evt.type = chdir and proc.name in (ls, "two words"))',
    ),
    loads(
      "an item is no name for having one in it",
      [[list("words", ["one"]), list("tools", ["plain", "with words"])]],
      { warnings: ["LOAD_UNUSED_LIST"] },
    ),
    condition(
      "lists in lists",
      [[list("disk", ["df"]), list("tools", ["ls", "disk"]), where("proc.name in (tools)")]],
      "(evt.type = chdir and proc.name in (ls, df))",
    ),
    condition(
      "a list that names itself through another is its text",
      [[list("a", ["ls"]), list("b", ["a"]), list("a", ["b"]), where("proc.name in (a)")]],
      "(evt.type = chdir and proc.name in (a))",
      {
        differs:
          "A circle of lists stands for nothing more: no list's name is left where its items should be.",
      },
    ),
    loads(
      "a name that conditions cannot have",
      [[list("some tools", ["ls"]), rule({ condition: "evt.type in (some tools)", enabled: false })]],
      {
        errors: ["LOAD_ERR_COMPILE_CONDITION"],
        warnings: ["LOAD_INVALID_LIST_NAME"],
      },
    ),
    loads("nobody uses it", [[ls]], { warnings: ["LOAD_UNUSED_LIST"] }),
  ]),

  loaderSuite("names of macros in conditions", [
    condition(
      "stand for what they say",
      [[macro("m", "proc.name exists"), where("not m")]],
      "(evt.type = chdir and not proc.name exists)",
    ),
    condition("alone", [[macro("m", "evt.type = chroot"), rule({ condition: "m" })]], "evt.type = chroot"),
    condition(
      "two",
      [[macro("m", "proc.name exists"), macro("n", "proc.pname exists"), rule({ condition: "m or n" })]],
      "(proc.name exists or proc.pname exists)",
    ),
    condition(
      "one in another",
      [[macro("n", "proc.pname exists"), macro("m", "proc.name exists and n"), rule({ condition: "m" })]],
      "(proc.name exists and proc.pname exists)",
    ),
    condition(
      "one that is used twice",
      [
        [
          macro("m", "proc.name exists"),
          rule({ condition: "(m and evt.type = chdir) or (m and evt.type = chroot)" }),
        ],
      ],
      "((proc.name exists and evt.type = chdir) or (proc.name exists and evt.type = chroot))",
    ),
    loads("what is not there", [[where("not m")]], wrong),
    loads(
      "what is not there, in a macro",
      [[macro("m", "proc.name exists and n"), rule({ condition: "m" })]],
      wrong,
    ),
    loads(
      "what stands later cannot be used by a macro",
      [[macro("m", "n"), macro("n", "evt.type = chdir"), rule({ condition: "m" })]],
      wrong,
    ),
    loads("what stands later can be used by a rule", [
      [rule({ condition: "m" }), macro("m", "evt.type = chdir")],
    ]),
    blames(
      "a circle",
      [[macro("a", "evt.type = chdir"), macro("b", "a"), macro("a", "b")]],
      "LOAD_ERR_VALIDATE",
      "b",
      {},
    ),
    loads("a name that conditions cannot have", [[macro("some-macro", "evt.type = chdir")]], {
      warnings: ["LOAD_INVALID_MACRO_NAME", "LOAD_UNUSED_MACRO"],
    }),
    loads("nobody uses it", [[macro("m", "evt.type = chdir")]], { warnings: ["LOAD_UNUSED_MACRO"] }),
  ]),

  loaderSuite("fields and types that are not known", [
    blames(
      "in a rule that is not to be skipped",
      [[rule({ condition: "evt.type = chdir and proc.nobody = ls", "skip-if-unknown-filter": false })]],
      "LOAD_ERR_COMPILE_CONDITION",
      "R",
    ),
    blames(
      "in a rule that says nothing of it",
      [[rule({ condition: "proc.nobody = ls" })]],
      "LOAD_ERR_COMPILE_CONDITION",
      "R",
    ),
    loads("a type", [[rule({ condition: "evt.type = nosuchcall" })]], {
      errors: ["LOAD_ERR_COMPILE_CONDITION"],
    }),
    loads("a field of an output", [[rule({ output: "%proc.nobody" })]], {
      errors: ["LOAD_ERR_COMPILE_OUTPUT"],
    }),
    loads(
      "a field, skipped",
      [[rule({ condition: "evt.type = chdir and proc.nobody = ls", "skip-if-unknown-filter": true })]],
      skipped,
    ),
    loads(
      "a type, skipped",
      [[rule({ condition: "evt.type = nosuchcall", "skip-if-unknown-filter": true })]],
      skipped,
    ),
    loads(
      "a field of an output, skipped",
      [[rule({ output: "%proc.nobody", "skip-if-unknown-filter": true })]],
      skipped,
    ),
    loads(
      "what is skipped by an override",
      [
        [
          rule({ condition: "evt.type = chdir and proc.nobody = ls", "skip-if-unknown-filter": true }),
          change({ "skip-if-unknown-filter": false, override: { "skip-if-unknown-filter": "replace" } }),
        ],
      ],
      {
        errors: ["LOAD_ERR_COMPILE_CONDITION"],
      },
    ),
    loads(
      "what is otherwise wrong is not skipped",
      [[rule({ condition: "evt.type = chdir and fd.num = ls", "skip-if-unknown-filter": true })]],
      {
        errors: ["LOAD_ERR_COMPILE_CONDITION"],
      },
    ),
    loads("names that others begin with", [
      [
        rule({
          condition:
            'evt.type = open and evt.arg.path = "a" and evt.arg[0] = "a" and proc.aname = "ls" and proc.aname[1] = "ls" and proc.apid = 10 and proc.apid[1] = 10',
        }),
      ],
    ]),
  ]),

  loaderSuite("sources", [
    loads(
      "one that is not known",
      [[rule({ condition: 'evt.num > 0 and ct.name = "Start"', source: "aws_cloudtrail" })]],
      { warnings: ["LOAD_UNKNOWN_SOURCE"] },
    ),
    loads(
      "one that is not known, whose exceptions name its fields",
      [
        [
          rule({
            condition: "ct.name = Start",
            source: "aws_cloudtrail",
            exceptions: [{ name: "e", fields: ["aws.user", "aws.region"] }],
          }),
        ],
      ],
      { warnings: ["LOAD_UNKNOWN_SOURCE"] },
    ),
    loads(
      "an append to a rule of a source that is not known",
      [[rule({ source: "mysource" }), change({ append: true, condition: "or evt.type = chroot" })]],
      {
        warnings: ["LOAD_DEPRECATED_ITEM", "LOAD_UNKNOWN_SOURCE"],
      },
    ),
    loads(
      "a rule is defined again for another",
      [[rule({ condition: "ka.verb = get", source: "k8s_audit" }), rule({ source: "syscall" })]],
      { ...wrong, warnings: ["LOAD_UNKNOWN_SOURCE"] },
    ),
    loads(
      "a rule is appended to for another",
      [
        [
          rule({ condition: "ka.verb = get", source: "k8s_audit" }),
          rule({ condition: "and 1 = 2", source: "syscall", append: true }),
        ],
      ],
      {
        ...wrong,
        warnings: ["LOAD_DEPRECATED_ITEM", "LOAD_UNKNOWN_SOURCE"],
      },
    ),
    loads(
      "a rule is overridden for another",
      [
        [
          rule({ condition: "ka.verb = get", source: "k8s_audit" }),
          change({ condition: "1 = 2", source: "syscall", override: { condition: "replace" } }),
        ],
      ],
      {
        ...wrong,
        warnings: ["LOAD_UNKNOWN_SOURCE"],
      },
    ),
    condition(
      "an append whose source is nothing",
      [
        [
          rule({ source: "syscall" }),
          change({ condition: "and proc.name = ls", source: null, append: true }),
        ],
      ],
      "(evt.type = chdir and proc.name = ls)",
    ),
    condition(
      "an append whose source is empty",
      [[rule({ source: "syscall" }), change({ condition: "and proc.name = ls", source: "", append: true })]],
      "(evt.type = chdir and proc.name = ls)",
    ),
    condition(
      "an append of the same source",
      [[rule(), change({ condition: "and proc.name = ls", source: "syscall", append: true })]],
      "(evt.type = chdir and proc.name = ls)",
    ),
  ]),

  loaderSuite("conditions that look at too many types", [
    ...[
      "evt.type = execve",
      "evt.type = execve and proc.name != a",
      "evt.type = execve and not proc.name = a",
      "evt.type = execve and proc.name = a or evt.type = open",
      "evt.type = execve and proc.name = a or evt.type = open or evt.type = connect",
      "evt.type = execve and proc.name = a or evt.type in (open, connect)",
      "evt.type = execve and not proc.name = a or evt.type = open",
      "evt.type = execve and proc.name != a or evt.type = open",
      "evt.type = execve and proc.name != a or evt.type in (open, connect)",
      "evt.type = execve and not proc.name = a or evt.type in (open, connect)",
      "evt.type = execve and not proc.name in (a, b) or evt.type in (open, connect)",
      "evt.type in (execve, open)",
      "evt.type in (execve, open) and proc.name = a or evt.type = connect",
      "evt.type in (execve, open) and proc.name != a or evt.type = connect",
      "proc.name != a and evt.type = execve",
      "proc.name != a and evt.type in (execve, open)",
    ].map((text) => loads(`few: ${text}`, [[rule({ condition: text })]])),
    ...[
      "proc.name = a",
      "evt.type != execve",
      "not evt.type = execve",
      "evt.type = execve and proc.name = a or evt.type = open or evt.type != connect",
      "evt.type = execve and proc.name = a or evt.type = open or not evt.type = connect",
      "evt.type = execve and proc.name != a or evt.type = open or not evt.type = connect",
      "evt.type in (execve, open) or evt.type != connect",
      "not evt.type in (execve, open)",
      "not evt.type in (execve, open) or evt.type = connect",
    ].map((text) => loads(`many: ${text}`, [[rule({ condition: text })]], noTypes)),
    loads("many, and that is known", [[rule({ condition: "proc.name = a", warn_evttypes: false })]]),
    loads("many, and an override says that it is known", [
      [
        rule({ condition: "proc.name = a" }),
        change({ warn_evttypes: false, override: { warn_evttypes: "replace" } }),
      ],
    ]),
  ]),

  loaderSuite("what gets a warning in a condition or an output", [
    loads("an old field in an output", [[rule({ output: "%proc.name %evt.dir" })]], {
      warnings: ["LOAD_DEPRECATED_ITEM"],
    }),
    loads("no old field in an output", [[rule({ output: "%proc.name %fd.name" })]]),
    ...["evt.dir = <", "evt.dir = >", "proc.name = a and evt.dir = <", "evt.dir = < and proc.name = a"].map(
      (text) =>
        loads(
          `an old field in a condition: ${text}`,
          [[rule({ condition: `evt.type = chdir and ${text}` })]],
          { warnings: ["LOAD_DEPRECATED_ITEM"] },
        ),
    ),
    ...["ka.field exists", "some.field = <NA>"].map((text) =>
      loads(
        `nothing: ${text}`,
        [[rule({ condition: `evt.type = chdir and ${text}` })]],
        {},
        { fields: auditFields() },
      ),
    ),
    ...[
      "jevt.field = <NA>",
      "ka.field = <NA>",
      "ka.field == <NA>",
      "ka.field != <NA>",
      "ka.field in (<NA>)",
      "ka.field in (x, <NA>)",
      "ka.field intersects (<NA>)",
      "ka.field intersects (x, <NA>)",
      "ka.field pmatch (<NA>)",
      "ka.field pmatch (x, <NA>)",
    ].map((text) =>
      loads(
        `a value that is not there: ${text}`,
        [[rule({ condition: `evt.type = chdir and ${text}` })]],
        { warnings: ["LOAD_UNSAFE_NA_CHECK"] },
        { fields: auditFields(), differs: unsafe },
      ),
    ),
  ]),
];
