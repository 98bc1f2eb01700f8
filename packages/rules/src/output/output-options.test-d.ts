import { type Alert, type AppendOutput, formatAlertJson, loadRules, type OutputOptions } from "../index.ts";

declare const alert: Alert;

const append: readonly AppendOutput[] = [
  {},
  { extraOutput: "%proc.name", suggestedOutput: true },
  {
    match: { source: "syscall", tags: ["a"], rule: "r" },
    extraFields: ["proc.name", { a: "%fd.name", b: "c" }],
  },
];
const output: OutputOptions = { append, maxValueLength: 100, maxOutputLength: 1000, bytes: "hex" };
loadRules([], { output });
formatAlertJson(alert, { includeOutput: false, includeOutputFields: true, includeTags: true });

// @ts-expect-error tags are a list
loadRules([], { output: { append: [{ match: { tags: "a" } }] } });
// @ts-expect-error formats are text
loadRules([], { output: { append: [{ extraFields: [{ a: 5 }] }] } });
// @ts-expect-error the key is ours, not that of falco.yaml
loadRules([], { output: { append: [{ extra_output: "a" }] } });
// @ts-expect-error there is no such form
loadRules([], { output: { bytes: "octal" } });
// @ts-expect-error a line always has its rule
formatAlertJson(alert, { includeRule: false });
