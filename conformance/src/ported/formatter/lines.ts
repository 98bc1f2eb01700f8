import { type FormatAlertJsonOptions, formatAlertJson, formatAlertText } from "@sentrytap/rules";
import type { PortedCase, PortedSuite } from "../case.ts";
import { alertOf, outputSuite, ruleText } from "./output-case.ts";
import { makeChdir } from "./scene.ts";

function alert(tags: readonly string[] = ["b", "a"]) {
  return alertOf(ruleText({ rule: "Ends somewhere", output: "%proc.name at %fd.cport", tags }), makeChdir());
}

const whole = {
  output: "2023-11-14T22:13:20.000000042+0000: Notice Worker at <NA>",
  output_fields: { "evt.time.iso8601": "T", "fd.cport": null, "proc.name": "Worker" },
  priority: "Notice",
  rule: "Ends somewhere",
  source: "syscall",
  tags: ["a", "b"],
  time: "2023-11-14T22:13:20.000000042Z",
};

/** The line as an object; the time of the event is one that JSON in JavaScript would round. */
function line(options: FormatAlertJsonOptions, tags?: readonly string[]): unknown {
  const text = formatAlertJson(alert(tags), { timeFormat: "iso8601", ...options });
  return JSON.parse(text.replace(":1700000000000000042,", ':"T",'));
}

function json(name: string, options: FormatAlertJsonOptions, falco: unknown): PortedCase {
  return { name, falco, ours: () => line(options) };
}

const { output, output_fields, tags, ...least } = whole;

/** After the tests of Falco's own lines, and what its options take out of them. */
export const lineSuites: readonly PortedSuite[] = [
  outputSuite("lines", [
    json("all that a line has", {}, whole),
    json("with the host", { hostname: "here" }, { ...whole, hostname: "here" }),
    json("without the output", { includeOutput: false }, { ...least, output_fields, tags }),
    json("without the fields", { includeOutputFields: false }, { ...least, output, tags }),
    json("without the tags", { includeTags: false }, { ...least, output, output_fields }),
    json("with the message", { includeMessage: true }, { ...whole, message: "Worker at <NA>" }),
    json(
      "the message without the output",
      { includeMessage: true, includeOutput: false },
      { ...least, output_fields, tags, message: "Worker at <NA>" },
    ),
    json(
      "with next to nothing",
      { includeOutput: false, includeOutputFields: false, includeTags: false },
      least,
    ),
    { name: "no tags are an empty list", falco: [], ours: () => (line({}, []) as typeof whole).tags },
    {
      name: "keys are sorted",
      falco: ["hostname", "message", "output", "output_fields", "priority", "rule", "source", "tags", "time"],
      ours: () => Object.keys(line({ hostname: "h", includeMessage: true }) as object),
    },
    {
      name: "text in the time of the place",
      falco: true,
      ours: () => /^\d\d:\d\d:\d\d\.000000042: Notice Worker at <NA>$/.test(formatAlertText(alert())),
    },
    {
      name: "text in ISO 8601",
      falco: "2023-11-14T22:13:20.000000042+0000: Notice Worker at <NA>",
      ours: () => formatAlertText(alert(), { timeFormat: "iso8601" }),
    },
    {
      name: "the time of the line is among the fields, in the form that the line has it",
      falco: ["evt.time"],
      ours: () => {
        const text = formatAlertJson(alertOf(ruleText({ output: "x" }), makeChdir()));
        return Object.keys((JSON.parse(text) as typeof whole).output_fields);
      },
    },
  ]),
];
