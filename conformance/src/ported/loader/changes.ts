import type { PortedSuite } from "../case.ts";
import {
  becomes,
  blames,
  change,
  condition,
  leaves,
  list,
  loaderSuite,
  loads,
  macro,
  rule,
} from "./loader-case.ts";

const missing = { errors: ["LOAD_ERR_VALIDATE"] };
const invalid = { errors: ["LOAD_ERR_YAML_VALIDATE"] };
const deprecated = { warnings: ["LOAD_DEPRECATED_ITEM"] };
const old = ["LOAD_DEPRECATED_ITEM"];

const tools = rule({ condition: "evt.type = chdir and proc.name in (tools)" });
const working = rule({ condition: "working" });

/** Lists, macros and rules that later ones change. */
export const changeSuites: readonly PortedSuite[] = [
  loaderSuite("lists that are changed", [
    condition(
      "items are appended behind the others, after the rule too",
      [[list("tools", ["ls", "du"]), tools, list("tools", ["df"], { override: { items: "append" } })]],
      "(evt.type = chdir and proc.name in (ls, du, df))",
    ),
    condition(
      "items are appended before the rule",
      [[list("tools", ["ls"]), list("tools", ["df", "du"], { override: { items: "append" } }), tools]],
      "(evt.type = chdir and proc.name in (ls, df, du))",
    ),
    condition(
      "append: true does the same",
      [[list("tools", ["ls"]), list("tools", ["df", "du"], { append: true }), tools]],
      "(evt.type = chdir and proc.name in (ls, df, du))",
    ),
    loads(
      "append: true is deprecated",
      [[list("tools", ["ls"]), list("tools", ["df"], { append: true }), tools]],
      deprecated,
    ),
    condition(
      "append: false replaces",
      [[list("tools", ["ls"]), list("tools", ["df"], { append: false }), tools]],
      "(evt.type = chdir and proc.name in (df))",
    ),
    condition(
      "a later definition replaces the earlier",
      [[list("tools", ["ls"]), list("tools", ["df"]), tools]],
      "(evt.type = chdir and proc.name in (df))",
    ),
    condition(
      "a later file replaces",
      [[list("tools", ["ls"]), tools], [list("tools", ["df"])]],
      "(evt.type = chdir and proc.name in (df))",
    ),
    condition(
      "a later file replaces a list that another names",
      [[list("disk", ["df"]), list("tools", ["disk"]), tools], [list("disk", ["du"])]],
      "(evt.type = chdir and proc.name in (du))",
    ),
    condition(
      "to replace what is not there is to define it",
      [[list("tools", ["ls"], { override: { items: "replace" } }), list("tools", ["df"]), tools]],
      "(evt.type = chdir and proc.name in (df))",
    ),
    loads(
      "nothing to append to",
      [[list("tools", ["ls"], { override: { items: "append" } }), list("tools", ["df"]), tools]],
      missing,
    ),
    loads(
      "nothing to append to, the old way",
      [[list("tools", ["ls"], { append: true }), list("tools", ["df"]), tools]],
      { ...missing, warnings: old },
    ),
    condition(
      "a misspelt override is no override",
      [[list("tools", ["ls"], { overide: { items: "append" } }), list("tools", ["df"]), tools]],
      "(evt.type = chdir and proc.name in (df))",
    ),
  ]),

  loaderSuite("macros that are changed", [
    condition(
      "a condition is appended to what the macro says",
      [
        [
          macro("working", "((proc.name = ls and proc.pname != ls) or proc.name = du)"),
          rule({ condition: "evt.type = chdir and working" }),
          macro("working", "or proc.name = df", { override: { condition: "append" } }),
        ],
      ],
      "(evt.type = chdir and (((proc.name = ls and proc.pname != ls) or proc.name = du) or proc.name = df))",
    ),
    condition(
      "appended before the rule",
      [
        [
          macro("working", "evt.type in (chdir, fchdir)"),
          macro("working", "or evt.type = chroot", { override: { condition: "append" } }),
          working,
        ],
      ],
      "(evt.type in (chdir, fchdir) or evt.type = chroot)",
    ),
    condition(
      "append: true does the same",
      [
        [
          macro("working", "evt.type in (chdir, fchdir)"),
          macro("working", "or evt.type = chroot", { append: true }),
          working,
        ],
      ],
      "(evt.type in (chdir, fchdir) or evt.type = chroot)",
    ),
    condition(
      "append: false replaces",
      [
        [
          macro("working", "evt.type = chdir"),
          macro("working", "evt.type = chroot", { append: false }),
          working,
        ],
      ],
      "evt.type = chroot",
    ),
    condition(
      "a later definition replaces the earlier, though the rule stands between",
      [[macro("working", "evt.type = chdir"), working, macro("working", "evt.type = chroot")]],
      "evt.type = chroot",
    ),
    condition(
      "a later file replaces",
      [[macro("working", "evt.type = chdir"), working], [macro("working", "evt.type = chroot")]],
      "evt.type = chroot",
    ),
    condition(
      "to replace what is not there is to define it",
      [
        [
          macro("working", "or evt.type = chroot", { override: { condition: "replace" } }),
          macro("working", "evt.type = chdir"),
          working,
        ],
      ],
      "evt.type = chdir",
    ),
    loads(
      "nothing to append to",
      [
        [
          macro("working", "or evt.type = chroot", { override: { condition: "append" } }),
          macro("working", "evt.type = chdir"),
          working,
        ],
      ],
      missing,
    ),
    loads(
      "nothing to append to, the old way",
      [
        [
          macro("working", "or evt.type = chroot", { append: true }),
          macro("working", "evt.type = chdir"),
          working,
        ],
      ],
      { ...missing, warnings: old },
    ),
    blames(
      "what is appended must go on where the condition ends",
      [[macro("working", "evt.type = chdir")], [macro("working", "word", { append: true })]],
      "LOAD_ERR_COMPILE_CONDITION",
      "working",
    ),
    blames(
      "the same in a second document",
      [
        "---\n- macro: working\n  condition: evt.type = chdir\n---\n- macro: working\n  condition: word\n  append: true\n",
      ],
      "LOAD_ERR_COMPILE_CONDITION",
      "working",
    ),
    blames(
      "what replaces must be a condition by itself",
      [[macro("working", "evt.type = chdir")], [macro("working", "word", { append: false })]],
      "LOAD_ERR_VALIDATE",
      "working",
    ),
    blames(
      "the same in a second document, replaced",
      [
        "---\n- macro: working\n  condition: evt.type = chdir\n---\n- macro: working\n  condition: word\n  append: false\n",
      ],
      "LOAD_ERR_VALIDATE",
      "working",
    ),
  ]),

  loaderSuite("rules that are changed", [
    becomes(
      "texts are appended with a blank between",
      [
        [
          rule({ desc: "One" }),
          change({ desc: "and two", output: "%proc.name", override: { desc: "append", output: "append" } }),
        ],
      ],
      { description: "One and two", output: "out %proc.name" },
    ),
    condition(
      "a condition is appended",
      [[rule(), change({ condition: "and proc.name = ls", override: { condition: "append" } })]],
      "(evt.type = chdir and proc.name = ls)",
    ),
    loads("an override is not deprecated", [
      [rule(), change({ condition: "and proc.name = ls", override: { condition: "append" } })],
    ]),
    condition(
      "append: true does the same",
      [[rule(), change({ condition: "and proc.name = ls", append: true })]],
      "(evt.type = chdir and proc.name = ls)",
    ),
    loads(
      "append: true is deprecated",
      [[rule(), change({ condition: "and proc.name = ls", append: true })]],
      deprecated,
    ),
    condition(
      "a condition is appended behind one in parentheses",
      [
        [
          rule({ condition: "(evt.type = chdir and proc.name = ls)" }),
          change({ append: true, condition: "or (evt.type = chroot and proc.name = du)" }),
        ],
      ],
      "((evt.type = chdir and proc.name = ls) or (evt.type = chroot and proc.name = du))",
    ),
    becomes(
      "texts are replaced, the others stay",
      [
        [
          rule(),
          change({
            desc: "Another",
            condition: "evt.type = chroot",
            override: { desc: "replace", condition: "replace" },
          }),
        ],
      ],
      { description: "Another", output: "out" },
    ),
    condition(
      "a condition is replaced",
      [
        [
          rule(),
          change({
            desc: "Another",
            condition: "evt.type = chroot",
            override: { desc: "replace", condition: "replace" },
          }),
        ],
      ],
      "evt.type = chroot",
    ),
    becomes(
      "one key is appended to, others are replaced",
      [
        [
          rule(),
          change({
            desc: "Another",
            condition: "and proc.name = ls",
            priority: "WARNING",
            override: { desc: "replace", condition: "append", priority: "replace" },
          }),
        ],
      ],
      { description: "Another", output: "out", priority: "Warning" },
    ),
    becomes(
      "tags are appended",
      [[rule({ tags: ["a"] }), change({ tags: ["c", "b"], override: { tags: "append" } })]],
      { tags: ["a", "b", "c"] },
    ),
    becomes(
      "tags are replaced",
      [[rule({ tags: ["a"] }), change({ tags: ["b"], override: { tags: "replace" } })]],
      { tags: ["b"] },
    ),
    becomes(
      "a capture is asked for, and for how long",
      [
        [
          rule(),
          change({
            capture: true,
            capture_duration: 7000,
            override: { capture: "replace", capture_duration: "replace" },
          }),
        ],
      ],
      { capture: { durationMs: 7000 } },
    ),
    becomes("a capture is asked for in the rule", [[rule({ capture: true })]], { capture: {} }),
    becomes("no capture is asked for", [[rule({ capture: false, capture_duration: 5 })]], {
      capture: undefined,
    }),
    loads("a duration is a count", [[rule({ capture_duration: -1 })]], invalid),
    loads("a duration is a number", [[rule({ capture_duration: "long" })]], invalid),
    loads("a capture is true or false", [[rule({ capture: "perhaps" })]], invalid),
    blames(
      "a priority cannot be appended to",
      [
        [
          rule(),
          change({ desc: "x", priority: "WARNING", override: { desc: "replace", priority: "append" } }),
        ],
      ],
      "LOAD_ERR_YAML_VALIDATE",
      "R",
    ),
    loads(
      "append: true and an override exclude each other",
      [
        [
          rule(),
          change({
            desc: "x",
            condition: "and proc.name = ls",
            append: true,
            override: { desc: "replace", condition: "append" },
          }),
        ],
      ],
      { ...invalid, warnings: old },
    ),
    loads(
      "nothing to append to",
      [[change({ condition: "and proc.name = ls", override: { condition: "append" } }), rule()]],
      missing,
    ),
    loads(
      "nothing to replace",
      [[change({ condition: "evt.type = chroot", override: { condition: "replace" } }), rule()]],
      missing,
    ),
    loads(
      "nothing to append to, the old way",
      [[change({ condition: "and proc.name = ls", append: true }), rule()]],
      { ...missing, warnings: old },
    ),
    loads(
      "a key is overridden that is not there",
      [[rule(), change({ desc: "x", override: { desc: "replace", condition: "append" } })]],
      invalid,
    ),
    loads(
      "a key is there that is not overridden",
      [
        [
          rule(),
          change({
            desc: "x",
            condition: "and proc.name = ls",
            priority: "WARNING",
            override: { desc: "replace", condition: "append" },
          }),
        ],
      ],
      invalid,
    ),
    loads(
      "enabled is overridden, and is not there",
      [[rule({ enabled: false }), change({ desc: "x", override: { desc: "replace", enabled: "replace" } })]],
      invalid,
    ),
    becomes(
      "enabled is overridden",
      [
        [
          rule({ enabled: false }),
          change({
            desc: "x",
            condition: "and proc.name = ls",
            enabled: true,
            override: { desc: "replace", condition: "append", enabled: "replace" },
          }),
        ],
      ],
      { enabled: true },
    ),
    leaves("a rule that is not enabled is off", [[rule({ enabled: false })]], []),
    leaves("enabled alone turns a rule on", [[rule({ enabled: false }), change({ enabled: true })]], ["R"]),
    leaves("enabled alone turns a rule off", [[rule(), change({ enabled: false })]], []),
    loads("enabled alone is deprecated", [[rule({ enabled: false }), change({ enabled: true })]], deprecated),
    leaves(
      "enabled beside append: true is not looked at",
      [[rule({ enabled: false }), change({ condition: "and proc.name = ls", append: true, enabled: true })]],
      [],
    ),
    leaves(
      "a rule defined anew forgets all",
      [[rule({ enabled: false }), rule({ condition: "evt.type = chroot" })]],
      ["R"],
    ),
    condition(
      "the last definition counts",
      [[rule(), rule({ condition: "evt.type = chroot" })]],
      "evt.type = chroot",
    ),
    condition(
      "the last file counts",
      [[rule()], [rule({ condition: "evt.type = chroot" })]],
      "evt.type = chroot",
    ),
    leaves(
      "a rule defined anew keeps its place",
      [[rule({ rule: "A" }), rule({ rule: "B" })], [rule({ rule: "A" })]],
      ["A", "B"],
    ),
    loads("an appended rule without anything to append", [[rule(), change({ append: true })]], {
      ...missing,
      warnings: old,
    }),
    blames(
      "what is appended must go on where the condition ends",
      [[rule()], [change({ condition: "word", append: true })]],
      "LOAD_ERR_COMPILE_CONDITION",
      "R",
    ),
    blames(
      "the same in a second document",
      [
        `---\n${JSON.stringify([rule()])}\n---\n${JSON.stringify([change({ condition: "word", append: true })])}\n`,
      ],
      "LOAD_ERR_COMPILE_CONDITION",
      "R",
    ),
    blames(
      "what replaces must be a condition by itself",
      [[rule()], [rule({ condition: "word", append: false })]],
      "LOAD_ERR_VALIDATE",
      "R",
    ),
    blames(
      "the same in a second document, replaced",
      [
        `---\n${JSON.stringify([rule()])}\n---\n${JSON.stringify([rule({ condition: "word", append: false })])}\n`,
      ],
      "LOAD_ERR_VALIDATE",
      "R",
    ),
    leaves("names may have blanks", [[rule({ rule: "Some Rule" })]], ["Some Rule"]),
    leaves("names may have signs", [[rule({ rule: "Rule ($\\.*+?()[]{}|^)" })]], ["Rule ($\\.*+?()[]{}|^)"]),
  ]),
];
