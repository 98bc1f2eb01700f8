import {
  createFieldReader,
  type FieldReading,
  formatExplanation,
  includesType,
  loadRuleFiles,
  events as normalizeEvents,
  pipe,
  printable,
  type Rule,
  type RuleSet,
  stage,
  TraceError,
  type TrackedEvent,
  track,
} from "sentrytap";
import { compileWhere } from "../compile-where.ts";
import { counted } from "../counted.ts";
import { ExitCode } from "../exit-code.ts";
import { eachRecording, type RecordingOptions } from "../recordings.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link explain}. */
export interface ExplainOptions extends RecordingOptions {
  readonly rule: string;
  readonly rules?: readonly string[];
  readonly where?: string;
  readonly misses?: boolean;
}

/** `sentrytap rules explain --rule NAME FILE...`: why a rule matches the events that it looks at, or does not. */
export async function explain(
  files: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { rules, rule } = only(
    options.rule,
    await loadRuleFiles(options.rules, { onWarning: (text) => terminal.say(text) }),
  );
  const filter = options.where === undefined ? undefined : compileWhere(options.where, terminal);
  const reader = createFieldReader(shown);
  let seen = 0;
  let matched = 0;
  const describe = (event: TrackedEvent): string | undefined => {
    // All three count the events: each is handed every one.
    const values = reader.read(event);
    const matches = rules.evaluate(event).length > 0;
    const wanted = filter?.matches(event) ?? true;
    if (values === undefined || !wanted || !includesType(rule.eventTypes, String(values[1])))
      return undefined;
    seen++;
    if (matches) matched++;
    if (matches && options.misses === true) return undefined;
    const explanation = formatExplanation(rules.explain(rule.name, event));
    return `${headline(values)}\n${explanation.replace(/^/gm, "  ")}\n`;
  };
  const fine = await eachRecording(files, options, terminal, async (messages, tracker) => {
    const described = pipe(messages, normalizeEvents(), track(tracker), stage("explain", describe));
    for await (const lines of described) {
      await terminal.print(lines);
      if (terminal.closed) return;
    }
  });
  const one = seen === 1;
  const where = options.where === undefined ? "" : `, and ${one ? "matches" : "match"} --where`;
  terminal.warn(
    `${counted(seen, "event")} ${one ? "is" : "are"} of the types that the rule looks at${where}; the rule matches ${matched}`,
  );
  return fine ? ExitCode.fine : ExitCode.failed;
}

/** What is said of an event before it is explained. */
const shown = ["evt.num", "evt.type", "evt.time.iso8601", "proc.name", "proc.pid"];

function headline(values: readonly FieldReading[]): string {
  const [number, type, time, name, pid] = values.map((value) => (value === null ? "?" : String(value)));
  return printable(`event ${number}: ${type} at ${time} by ${name} (${pid})`);
}

/** The rule of that name, and a set in which no other is on. */
function only(name: string, all: RuleSet): { readonly rules: RuleSet; readonly rule: Rule } {
  const { rules, unmatched } = all.select([{ disable: { rule: "*" } }, { enable: { rule: name } }]);
  const rule = rules.rules.find((one) => one.name === name);
  if (rule !== undefined) return { rules, rule };
  const why = unmatched.at(-1)?.message ?? `no rule has the name "${name}": name one rule`;
  throw new TraceError("ERR_INVALID_ARGUMENT", `--rule: ${why}`);
}
