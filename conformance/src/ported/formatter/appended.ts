import {
  type AppendOutput,
  createFieldRegistry,
  type FieldRegistry,
  formatAlertJson,
  type OutputOptions,
} from "@sentrytap/rules";
import type { PortedCase, PortedSuite } from "../case.ts";
import { alertOf, alertsOf, errorsOf, load, outputSuite, ruleText } from "./output-case.ts";
import { makeChdir } from "./scene.ts";

const rules = [
  ruleText({ rule: "first", output: "one %proc.name", tags: ["disk"] }),
  ruleText({ rule: "second", output: "two", tags: ["disk"] }),
  ruleText({ rule: "third rule", output: "three", tags: ["disk", "net"] }),
  ruleText({ rule: "bare", output: "four" }),
].join("");

/** What the rules say with an entry of `append_output`, each in turn. */
function texts(name: string, append: readonly AppendOutput[], falco: readonly string[]): PortedCase {
  return { name, falco, ours: () => alertsOf(rules, makeChdir(), { output: { append } }).map(textOf) };
}

function textOf({ output }: { readonly output: string }): string {
  return output;
}

/** The fields of each rule that are not named in its text. */
function extras(
  name: string,
  append: readonly AppendOutput[],
  falco: readonly (readonly [rule: string, fields: Readonly<Record<string, unknown>>])[],
): PortedCase {
  const ours = () =>
    alertsOf(rules, makeChdir(), { output: { append } })
      .map(({ rule, outputFields }) => {
        const added = Object.entries(outputFields).filter(([key]) => key !== "proc.name");
        return [rule, Object.fromEntries(added)] as const;
      })
      .filter(([, fields]) => Object.keys(fields).length > 0);
  return { name, falco, ours };
}

/** Whether options are taken. */
function taken(name: string, output: OutputOptions, falco: boolean, differs?: string): PortedCase {
  const ours = () => {
    try {
      return load(rules, { output }).ok;
    } catch {
      return false;
    }
  };
  return { name, falco, ours, ...(differs === undefined ? {} : { differs }) };
}

/** As `falco.yaml` has them, which types do not let through. */
function untyped(append: unknown): OutputOptions {
  return { append } as OutputOptions;
}

/** Falco has an option for such fields; here they are fields of one's own. */
function staticFields(): FieldRegistry {
  const fields = createFieldRegistry();
  fields.register({ name: "static.cluster", type: "string", description: "Where.", read: () => "eu-1" });
  return fields;
}

const one = ["one Worker", "two", "three", "four"] as const;

/** After Falco's tests of extra outputs and fields, and of the option `append_output`. */
export const appendedSuites: readonly PortedSuite[] = [
  outputSuite("extra output", [
    texts("nothing is added", [], one),
    texts(
      "to every rule",
      [{ extraOutput: "type=%evt.type" }],
      one.map((text) => `${text} type=chdir`),
    ),
    texts(
      "to one rule",
      [{ match: { rule: "second" }, extraOutput: "more" }],
      [one[0], "two more", one[2], one[3]],
    ),
    texts("the whole name of a rule is asked for", [{ match: { rule: "third" }, extraOutput: "more" }], one),
    texts(
      "to rules of a tag",
      [{ match: { tags: ["disk"] }, extraOutput: "+" }],
      ["one Worker +", "two +", "three +", "four"],
    ),
    texts(
      "all the tags are asked for",
      [{ match: { tags: ["net", "disk"] }, extraOutput: "+" }],
      [one[0], one[1], "three +", one[3]],
    ),
    texts(
      "an empty name asks for nothing",
      [{ match: { rule: "", source: "" }, extraOutput: "+" }],
      one.map((text) => `${text} +`),
    ),
    texts("an empty output adds nothing", [{ extraOutput: "" }], one),
    texts("no rule has the tag", [{ match: { tags: ["other"] }, extraOutput: "+" }], one),
    texts(
      "no tags ask for nothing",
      [{ match: { tags: [] }, extraOutput: "+" }],
      one.map((text) => `${text} +`),
    ),
    texts(
      "to rules of a source",
      [{ match: { source: "syscall" }, extraOutput: "+" }],
      one.map((text) => `${text} +`),
    ),
    texts("not to those of another", [{ match: { source: "k8s_audit" }, extraOutput: "+" }], one),
    texts(
      "all of a match is asked for",
      [{ match: { rule: "third rule", tags: ["net"], source: "syscall" }, extraOutput: "+" }],
      [one[0], one[1], "three +", one[3]],
    ),
    texts("a rule without the tag", [{ match: { rule: "second", tags: ["net"] }, extraOutput: "+" }], one),
    texts(
      "one behind the other",
      [
        { match: { tags: ["disk"] }, extraOutput: "a" },
        { match: { rule: "second" }, extraOutput: "b" },
        { match: { tags: ["disk", "net"] }, extraOutput: "c" },
      ],
      ["one Worker a", "two a b", "three a c", "four"],
    ),
    texts(
      "what is the same is added again",
      [{ extraOutput: "a" }, { extraOutput: "a" }],
      one.map((text) => `${text} a a`),
    ),
    texts(
      "a star is only one at the very beginning",
      [{ extraOutput: "*a" }],
      one.map((text) => `${text} *a`),
    ),
    {
      name: "the shorthand for containers is empty there, too",
      falco: { text: "one  end ", warnings: ["LOAD_DEPRECATED_ITEM"] },
      ours: () => {
        const text = ruleText({ output: "one %container.info" });
        const output = { append: [{ extraOutput: "end %container.info" }] };
        const loaded = load(text, { output });
        const warnings = loaded.ok ? loaded.warnings.map(({ code }) => code) : [];
        return {
          text: alertOf(text, makeChdir(), { output }).output,
          warnings: warnings.filter((code) => code === "LOAD_DEPRECATED_ITEM"),
        };
      },
    },
    {
      name: "the fields of what is added are among those of the output",
      falco: { "evt.type": "chdir", "proc.pname": "launcher" },
      ours: () =>
        alertOf(ruleText({ output: "%proc.pname" }), makeChdir(), {
          output: { append: [{ extraOutput: "%evt.type" }] },
        }).outputFields,
    },
  ]),
  outputSuite("extra fields", [
    extras(
      "a format by a name",
      [{ match: { rule: "second" }, extraFields: [{ mine: "says %evt.num" }] }],
      [["second", { mine: "says 1" }]],
    ),
    extras(
      "a field as it is",
      [{ match: { rule: "second" }, extraFields: ["proc.vpid", "evt.asynctype"] }],
      [["second", { "proc.vpid": 12, "evt.asynctype": null }]],
    ),
    extras(
      "a field as it is, of a call",
      [{ match: { rule: "bare" }, extraFields: ["evt.rawtime"] }],
      [["bare", { "evt.rawtime": 1_700_000_000_000_000_042n }]],
    ),
    extras(
      "a format by the name of a field is text",
      [{ match: { rule: "second" }, extraFields: [{ "proc.vpid": "%proc.vpid" }] }],
      [["second", { "proc.vpid": "12" }]],
    ),
    extras(
      "words alone",
      [{ match: { tags: ["net"] }, extraFields: [{ fixed: "the same" }] }],
      [["third rule", { fixed: "the same" }]],
    ),
    extras(
      "what is not there is printed",
      [{ match: { rule: "bare" }, extraFields: [{ a: "%evt.asynctype!" }] }],
      [["bare", { a: "<NA>!" }]],
    ),
    extras(
      "later ones take the place of earlier ones",
      [
        { match: { tags: ["disk"] }, extraFields: [{ a: "1" }] },
        { match: { rule: "second" }, extraFields: [{ a: "2" }] },
      ],
      [
        ["first", { a: "1" }],
        ["second", { a: "2" }],
        ["third rule", { a: "1" }],
      ],
    ),
    extras(
      "functions",
      [{ match: { rule: "bare" }, extraFields: [{ a: "%toupper(proc.pname)" }] }],
      [["bare", { a: "LAUNCHER" }]],
    ),
    {
      name: "the text stays as it is",
      falco: one,
      ours: () =>
        alertsOf(rules, makeChdir(), {
          output: { append: [{ extraFields: ["proc.vpid", { a: "b" }] }] },
        }).map(textOf),
    },
    {
      name: "in the place of a field of the text",
      falco: { "proc.name": "mine" },
      ours: () =>
        alertOf(ruleText({ output: "%proc.name" }), makeChdir(), {
          output: { append: [{ extraFields: [{ "proc.name": "mine" }] }] },
        }).outputFields,
    },
    {
      name: "in the place of the time of the line",
      falco: { "evt.time.iso8601": "mine" },
      ours: () => {
        const append = [{ extraFields: [{ "evt.time.iso8601": "mine" }] }];
        const alert = alertOf(ruleText({ output: "x" }), makeChdir(), { output: { append } });
        return JSON.parse(formatAlertJson(alert, { timeFormat: "iso8601" })).output_fields;
      },
    },
  ]),
  outputSuite("the option append_output", [
    taken("an entry that says nothing", { append: [{}] }, true),
    taken(
      "all that an entry can say",
      {
        append: [
          {
            match: { source: "syscall", tags: ["disk"], rule: "first" },
            extraOutput: "grandparent=%proc.aname[2]",
            extraFields: ["proc.aname[3]", { "proc.aname[2]": "%proc.aname[2]" }],
            suggestedOutput: true,
          },
        ],
      },
      true,
    ),
    taken(
      "fields with a name for each",
      { append: [{ extraFields: [{ a: "1" }, { b: "2" }, "evt.num"] }] },
      true,
    ),
    taken("the same field twice", { append: [{ extraFields: ["evt.num", "evt.num"] }] }, true),
    taken("the same name twice", { append: [{ extraFields: [{ a: "1" }, { a: "2" }] }] }, false),
    taken("a name that a field has", { append: [{ extraFields: ["evt.num", { "evt.num": "1" }] }] }, false),
    taken("a field that a name has", { append: [{ extraFields: [{ "evt.num": "1" }, "evt.num"] }] }, false),
    taken("an output that is no format", { append: [{ extraOutput: "%no.such" }] }, false),
    taken("a field that is not there", { append: [{ extraFields: ["no.such"] }] }, false),
    taken("a format that is none", { append: [{ extraFields: [{ a: "100%" }] }] }, false),
    taken("a format that is empty", { append: [{ extraFields: [{ a: "" }] }] }, false),
    taken("fields that are no list", untyped([{ extraFields: "evt.num" }]), false),
    taken("an entry that is no map", untyped(["evt.num"]), false),
    taken(
      "tags that are no list",
      untyped([{ match: { tags: "disk" } }]),
      true,
      "a match that asks for nothing adds to every rule: it is an error here",
    ),
    taken(
      "a key that there is not",
      untyped([{ extra: "x" }]),
      true,
      "it would do nothing, and nobody would know: it is an error here",
    ),
    {
      name: "a format that is wrong for every rule is wrong where no rule matches",
      falco: [],
      ours: () => {
        try {
          return errorsOf(
            load(rules, { output: { append: [{ match: { rule: "none" }, extraOutput: "%no.such" }] } }),
          );
        } catch {
          return "thrown";
        }
      },
      differs: "a mistake in the options is told before it matters",
    },
  ]),
  outputSuite("fields that are always the same", [
    {
      name: "are printed, compared and added as any",
      falco: { text: "in eu-1 cluster=eu-1", fields: { "static.cluster": "eu-1" } },
      ours: () => {
        const append = [{ extraOutput: "cluster=%static.cluster" }];
        const text = ruleText({ output: "in %static.cluster" }).replace(
          "evt.type exists",
          "static.cluster = eu-1",
        );
        const alert = alertOf(text, makeChdir(), { fields: staticFields(), output: { append } });
        return { text: alert.output, fields: alert.outputFields };
      },
    },
    {
      name: "one that there is not is an error",
      falco: ["LOAD_ERR_COMPILE_OUTPUT"],
      ours: () => errorsOf(load(ruleText({ output: "%static.region" }), { fields: staticFields() })),
    },
  ]),
  outputSuite("the output that Falco suggests", [
    {
      name: "containers, as its plugin has them flagged",
      falco:
        "x container_id=aabbccddeeff container_name=<NA> container_image_repository=<NA> " +
        "container_image_tag=<NA> k8s_pod_name=<NA> k8s_ns_name=<NA>",
      ours: () =>
        alertOf(ruleText({ output: "x" }), makeChdir(), { output: { append: [{ suggestedOutput: true }] } })
          .output,
    },
    {
      name: "behind the extra output of its entry",
      falco: /^x first container_id=.* last$/.source,
      ours: () => {
        const append = [{ extraOutput: "first", suggestedOutput: true }, { extraOutput: "last" }];
        const { output } = alertOf(ruleText({ output: "x" }), makeChdir(), { output: { append } });
        return /^x first container_id=.* last$/.test(output) ? "^x first container_id=.* last$" : output;
      },
    },
  ]),
];
