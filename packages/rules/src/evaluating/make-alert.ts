import type { Alert } from "../alert.ts";
import type { Run } from "../compiling/run.ts";
import { formatIso } from "../timestamp.ts";
import type { CompiledRule } from "./candidates.ts";
import type { Ledger } from "./ledger.ts";

/** The alert of a rule that matches. Where its output cannot be filled in, it goes out with the bare format. */
export function makeAlert(compiled: CompiledRule, run: Run, ledger: Ledger): Alert {
  const { event } = run;
  // A session that leaves out the time leaves us the time of arrival.
  const timeNs = event.timeNs ?? BigInt(Date.now()) * 1_000_000n;
  const { name, priority, source, tags } = compiled.rule;
  return {
    rule: name,
    priority,
    source,
    tags,
    time: formatIso(timeNs),
    timeNs,
    ...fill(compiled, run, ledger),
    event,
    sandbox: event.sandbox,
  };
}

function fill(
  { rule, format }: CompiledRule,
  run: Run,
  ledger: Ledger,
): Pick<Alert, "output" | "outputFields"> {
  try {
    return { output: format.render(run), outputFields: format.values(run) };
  } catch (error) {
    ledger.failed(rule.name, error);
    return { output: rule.output, outputFields: {} };
  }
}
