import { pipe } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import { describe, expect, test } from "vitest";
import { type Alert, formatAlertJson, loadRules, match, type RuleSet } from "../src/index.ts";
import { mustLoad, ruleYaml } from "./load.ts";
import {
  hasReference,
  type OutputCase,
  parseExact,
  readReference,
  recordingPath,
  recordings,
} from "./reference.ts";

async function alertsOf(rules: RuleSet, name: string): Promise<readonly Alert[]> {
  const alerts: Alert[] = [];
  const stream = pipe(
    readRecording(recordingPath(name)),
    events(),
    track(),
    match(rules, { matching: "all" }),
  );
  for await (const batch of stream) for (const alert of batch) alerts.push(alert);
  return alerts;
}

/**
 * Alerts that only one of the two raises, and why. Falco took failed calls for successful ones, looked a sandbox's users
 * up in the host's files, knew no terminals and no memfd, and took programs that it had lost for unknown ones.
 */
const onlyFalco = new Map([
  ["Non sudo setuid", "a user of the sandbox under the name it has on the host"],
  ["Read sensitive file untrusted", "an open that failed"],
  ["Write below binary dir", "an open that failed"],
  ["Modify Shell Configuration File", "a shell that Falco did not know as one"],
]);
const onlyOurs = new Map([
  ["Fileless execution via memfd_create", "Falco does not see where the program lies"],
  ["Terminal shell in container", "Falco does not see terminals"],
  ["Launch Package Management Process in Container", "Falco recorded no alerts in one run"],
]);

describe.runIf(hasReference("Falco's alerts on recorded sandboxes"))("recordings", () => {
  test("raise the alerts that they raise in Falco", async () => {
    const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
    const sources = names.map((name) => ({ name, text: readReference(`rules/falco-peer/${name}`) }));
    let common = 0;
    const missing = new Set<string>();
    const extra = new Set<string>();
    for (const name of recordings()) {
      const loaded = loadRules(sources);
      if (!loaded.ok) throw new Error("the rules do not load");
      const ours = new Set((await alertsOf(loaded.rules, name)).map(({ rule, time }) => `${rule} @ ${time}`));
      const lines = readReference(`traces/falco/${name}.alerts.jsonl`).split("\n").filter(Boolean);
      const theirs = new Set(
        lines.map((line) => JSON.parse(line) as Alert).map(({ rule, time }) => `${rule} @ ${time}`),
      );
      for (const one of theirs) if (!ours.has(one)) missing.add(one);
      for (const one of ours) {
        if (theirs.has(one)) common++;
        else extra.add(one);
      }
    }
    const rule = (alert: string): string => alert.split(" @ ")[0] ?? "";
    expect(common).toBeGreaterThanOrEqual(73);
    expect([...missing].filter((alert) => !onlyFalco.has(rule(alert)))).toEqual([]);
    expect([...extra].filter((alert) => !onlyOurs.has(rule(alert)))).toEqual([]);
  }, 300_000);

  test("print what Falco prints, but for what only one of the two can know", async () => {
    const cases = parseExact(readReference("conformance/outputs.json.zst")) as OutputCase[];
    const traces = [...new Set(cases.map(({ trace }) => trace))];
    let equal = 0;
    for (const trace of traces) {
      const wanted = cases.filter((one) => one.trace === trace);
      const formats = [...new Set(wanted.map(({ format }) => format))];
      const text = formats.map((format, i) =>
        ruleYaml("evt.type exists", format).replace("rule: r", `rule: r${i}`),
      );
      const found = new Map<string, Alert>();
      for (const alert of await alertsOf(mustLoad(text.join("")), trace)) {
        const type = alert.event.type === "syscall" ? alert.event.args.name : alert.event.type;
        const key = `${alert.rule} ${type} ${alert.time}`;
        if (!found.has(key)) found.set(key, alert);
      }
      for (const one of wanted) {
        const alert = found.get(`r${formats.indexOf(one.format)} ${one["evt.type"]} ${one.time}`);
        if (alert !== undefined && isEqual(alert, one)) equal++;
      }
    }
    expect(equal / cases.length).toBeGreaterThan(0.87);
  }, 300_000);
});

function isEqual(alert: Alert, { output, output_fields: fields }: OutputCase): boolean {
  const ours = parseExact(formatAlertJson(alert, { timeFormat: "iso8601" })) as OutputCase;
  // Falco adds the time it begins every line with; its record leaves that out.
  const { "evt.time.iso8601": _, ...rest } = ours.output_fields;
  const { "evt.time.iso8601": __, ...theirs } = fields;
  const sorted = (values: object): string => JSON.stringify(Object.entries(values).sort());
  return ours.output === output && sorted(rest) === sorted(theirs);
}
