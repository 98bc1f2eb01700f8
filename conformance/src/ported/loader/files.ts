import type { PortedSuite } from "../case.ts";
import { blames, leaves, list, loaderSuite, loads, macro, rule } from "./loader-case.ts";

const invalid = { errors: ["LOAD_ERR_YAML_VALIDATE"] };
const wrong = { errors: ["LOAD_ERR_VALIDATE"] };

const whole = {
  rule: "R",
  desc: "A case.",
  condition: "evt.type = chdir",
  output: "out",
  priority: "NOTICE",
};

/** The rule without one of its keys. */
const without = (key: string): object =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key));

/** Requirements of plugins, in one item. */
const needs = (...plugins: readonly object[]): object => ({ required_plugin_versions: plugins });

const either = { name: "audit", version: "0.1.0", alternatives: [{ name: "audit-other", version: "0.4.0" }] };
const eitherJson = { name: "json", version: "0.3.0", alternatives: [{ name: "json2", version: "0.1.0" }] };

/** Whether plugins that are there are what a file asks for. */
const satisfied = (name: string, plugins: Readonly<Record<string, string>>, ...items: readonly object[]) =>
  loads(`there is ${JSON.stringify(plugins)}: ${name}`, [items], {}, { plugins });
const unsatisfied = (name: string, plugins: Readonly<Record<string, string>>, ...items: readonly object[]) =>
  loads(`there is ${JSON.stringify(plugins)}: ${name}`, [items], wrong, { plugins });

/** What a file must look like. */
export const fileSuites: readonly PortedSuite[] = [
  loaderSuite("files that are none of rules", [
    loads("no YAML", ["a : b : c : d"], { errors: ["LOAD_ERR_YAML_PARSE"] }),
    loads("a text", ["Only words"], invalid),
    loads("a map", ["key: value"], invalid),
    loads("a sequence of texts", [["word"]], invalid),
    loads("nothing", [""]),
    loads("comments only", ["# nothing\n# at all\n"]),
    leaves("nothing before a file with a rule", ["", [rule()]], ["R"]),
    leaves("nothing behind a file with a rule", [[rule()], ""], ["R"]),
    leaves(
      "two files",
      [
        [macro("m", "proc.name = ls"), rule({ condition: "evt.type = chdir and m" })],
        [rule({ rule: "S", condition: "evt.type = chroot and m" })],
      ],
      ["R", "S"],
    ),
    leaves(
      "two documents of one file",
      [
        `---\n${JSON.stringify([macro("m", "proc.name = ls"), rule({ condition: "evt.type = chdir and m" })])}\n---\n${JSON.stringify([rule({ rule: "S", condition: "evt.type = chroot and m" })])}\n`,
      ],
      ["R", "S"],
    ),
    leaves(
      "rules, list and macro of several kinds",
      [
        [
          list("shells", ["sh", "ash"]),
          macro("started", "evt.type = execve and proc.name in (shells)"),
          rule({ condition: "started", priority: "INFO" }),
          rule({ rule: "A", condition: "ka.verb = get", source: "k8s_audit" }),
          rule({ rule: "D", condition: 'started and proc.name = "sh"', priority: "DEBUG" }),
        ],
      ],
      ["R", "D"],
    ),
    loads("an item of no kind", [[{ note: "x", property: "y" }, rule()]], {
      warnings: ["LOAD_UNKNOWN_ITEM"],
    }),
    loads("an item that is nothing", ["-\n- ~\n"]),
  ]),

  loaderSuite("items that lack something", [
    blames("a list without a name", [[{ list: null, items: ["a"] }]], "LOAD_ERR_YAML_VALIDATE", ""),
    blames(
      "a macro without a name",
      [[{ macro: null, condition: "evt.type = chdir" }]],
      "LOAD_ERR_YAML_VALIDATE",
      "",
    ),
    blames(
      "a rule without a name",
      [[{ rule: null, condition: "evt.type = chdir" }]],
      "LOAD_ERR_YAML_VALIDATE",
      "",
    ),
    blames(
      "a list without items",
      [[list("good", ["a"]), { list: "bad", things: "a" }]],
      "LOAD_ERR_YAML_VALIDATE",
      "bad",
    ),
    blames(
      "a macro without a condition",
      [[{ macro: "bad", note: 1 }, macro("good", "evt.type = chdir")]],
      "LOAD_ERR_YAML_VALIDATE",
      "bad",
    ),
    ...["condition", "output", "desc", "priority"].map((key) =>
      blames(`a rule without ${key}`, [[without(key)]], "LOAD_ERR_YAML_VALIDATE", "R"),
    ),
    ...["condition", "output", "desc", "priority"].map((key) =>
      loads(`a rule whose ${key} is empty`, [[rule({ [key]: "" })]], invalid),
    ),
    ...[
      "condition",
      "output",
      "desc",
      "priority",
      "enabled",
      "source",
      "capture",
      "warn_evttypes",
      "skip-if-unknown-filter",
    ].map((key) => loads(`a rule whose ${key} is nothing`, [[rule({ [key]: null })]], invalid)),
    ...["condition", "output", "desc", "priority", "source"].map((key) =>
      loads(`a rule whose ${key} is a sequence`, [[rule({ [key]: ["a"] })]], invalid),
    ),
    loads("a rule with nothing but its name", [[{ rule: "R" }]], invalid),
    loads("tags that are no sequence", [[rule({ tags: "a" })]], invalid),
    loads("a tag that is a map", [[rule({ tags: [{ a: "b" }] })]], invalid),
    loads("a tag that is nothing", [[rule({ tags: [null] })]], invalid),
    loads("an item that is nothing, in a list", [[list("l", ["a", null])]], invalid),
    loads("enabled that is no boolean", [[rule({ enabled: "maybe" })]], invalid),
    loads("enabled as YAML 1.1 says it", [
      ["- ", JSON.stringify(rule()).replace("}", ',"enabled":Yes}')].join(""),
    ]),
    loads("a condition that no macro is", [[rule({ condition: "nosuch" })]], wrong),
    loads("a macro of that kind, unused", [[macro("named so badly", "nosuch")]], {
      ...wrong,
      warnings: ["LOAD_INVALID_MACRO_NAME"],
    }),
    blames(
      "an output with a field that is none",
      [[rule({ output: "%not_a_field %proc.name" })]],
      "LOAD_ERR_COMPILE_OUTPUT",
      "R",
    ),
  ]),

  loaderSuite("versions of the engine", [
    loads("three numbers", [[{ required_engine_version: "0.26.0" }, rule({ enabled: false })]]),
    loads("one number", [[{ required_engine_version: 26 }, rule({ enabled: false })]]),
    loads("one small number", [[{ required_engine_version: 2 }, rule()]]),
    loads("a hexadecimal number", ["- required_engine_version: 0x1a\n"]),
    loads("an octal number", ["- required_engine_version: 032\n"]),
    loads("a word", [[{ required_engine_version: "seven" }, rule({ enabled: false })]], invalid),
    loads("words", [[{ required_engine_version: "not-a-number" }, rule()]], invalid),
    loads("two numbers", [[{ required_engine_version: "0.26" }, rule()]], invalid),
    loads("three numbers and more", [[{ required_engine_version: "0.26.0-rc1" }, rule()]]),
    loads("a sequence", [[{ required_engine_version: [1] }]], invalid),
    loads("nothing", [[{ required_engine_version: null }]], invalid),
    loads("a later one", [[{ required_engine_version: 9999999 }, rule()]], wrong),
    loads("a later minor one", [[{ required_engine_version: "0.59.0" }]], wrong),
    loads("a later patch", [[{ required_engine_version: "0.58.1" }]], wrong),
    loads("this one", [[{ required_engine_version: "0.58.0" }]]),
    loads("another major one", [[{ required_engine_version: "1.0.0" }]], wrong),
  ]),

  loaderSuite("versions of plugins", [
    satisfied("none is asked for", { audit: "0.1.0" }),
    satisfied("the same version", { audit: "0.1.0" }, needs({ name: "audit", version: "0.1.0" })),
    satisfied("a newer version", { audit: "0.2.0" }, needs({ name: "audit", version: "0.1.0" })),
    satisfied(
      "two",
      { audit: "0.1.0", json: "0.3.0" },
      needs({ name: "audit", version: "0.1.0" }, { name: "json", version: "0.3.0" }),
    ),
    satisfied(
      "asked for twice",
      { audit: "0.2.0" },
      needs({ name: "audit", version: "0.1.0" }),
      needs({ name: "audit", version: "0.2.0" }),
    ),
    satisfied("an alternative", { "audit-other": "0.5.0" }, needs(either)),
    satisfied("two alternatives", { "audit-other": "0.5.0", json2: "0.5.0" }, needs(either, eitherJson)),
    satisfied(
      "alternatives asked for twice",
      { "audit-other": "0.7.0", json2: "0.5.0" },
      needs(either, eitherJson),
      needs({ name: "audit", version: "1.0.0", alternatives: [{ name: "audit-other", version: "0.7.0" }] }),
    ),
    satisfied("the container plugin is there", {}, needs({ name: "container", version: "0.4.0" })),
    unsatisfied("there is none", {}, needs({ name: "audit", version: "0.1.0" })),
    unsatisfied("another name", { audit: "0.1.0" }, needs({ name: "audit2", version: "0.1.0" })),
    unsatisfied("an older version", { audit: "0.1.0" }, needs({ name: "audit", version: "0.2.0" })),
    unsatisfied("another major version", { audit: "1.0.0" }, needs({ name: "audit", version: "0.2.0" })),
    unsatisfied(
      "one of two",
      { audit: "0.1.0" },
      needs({ name: "audit", version: "0.1.0" }, { name: "json", version: "0.3.0" }),
    ),
    unsatisfied(
      "asked for twice, once newer",
      { audit: "0.1.0" },
      needs({ name: "audit", version: "0.1.0" }),
      needs({ name: "audit", version: "0.2.0" }),
    ),
    unsatisfied("none of the alternatives", { audit2: "0.5.0" }, needs(either)),
    unsatisfied(
      "an alternative that is the same plugin",
      { audit: "0.5.0" },
      needs({ name: "audit", version: "0.1.0", alternatives: [{ name: "audit", version: "0.4.0" }] }),
    ),
    unsatisfied(
      "one of two has no alternative",
      { "audit-other": "0.5.0", json3: "0.5.0" },
      needs(either, eitherJson),
    ),
    unsatisfied(
      "the second time newer",
      { audit: "0.7.0", json2: "0.5.0" },
      needs({ ...either, version: "0.4.0" }, eitherJson),
      needs({ name: "audit", version: "1.0.0", alternatives: [{ name: "audit-other", version: "0.7.0" }] }),
    ),
    loads("what is asked for is not held against anything unless that is said", [
      [needs({ name: "cloud", version: "100000.0.0" }), rule()],
    ]),
    loads("no sequence", [[{ required_plugin_versions: "audit" }]], invalid),
    loads("an entry that is no map", [[needs("audit" as unknown as object)]], invalid),
    loads("an entry without a name", [[needs({ version: "0.1.0" })]], invalid),
    loads("an entry without a version", [[needs({ name: "audit" })]], invalid),
    loads("a version that is none", [[needs({ name: "audit", version: "new" })]], wrong),
    loads(
      "alternatives that are no sequence",
      [[needs({ name: "audit", version: "0.1.0", alternatives: "other" })]],
      invalid,
    ),
    loads(
      "an alternative without a version",
      [[needs({ name: "audit", version: "0.1.0", alternatives: [{ name: "other" }] })]],
      invalid,
    ),
    loads(
      "an alternative whose version is none",
      [[needs({ name: "audit", version: "0.1.0", alternatives: [{ name: "other", version: "x" }] })]],
      wrong,
    ),
  ]),
];
