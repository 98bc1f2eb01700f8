import { type Command, InvalidArgumentError } from "commander";
import { type Priority, parsePriority, priorities, type SelectionStep } from "sentrytap";

/** Which of the rules that were loaded are on. */
export interface SelectionOptions {
  readonly select: readonly SelectionStep[];
  readonly minPriority?: Priority;
}

/** Adds the options that turn rules on and off to `command`; the answer says what they come to, once they are parsed. */
export function addSelection(command: Command): () => SelectionOptions {
  const tagged: SelectionStep[] = [];
  const steps: SelectionStep[] = [];
  let minPriority: Priority | undefined;
  command
    .option("-t, --tag <tag>", "only rules with this tag, or one of several", (tag) => {
      tagged.push({ enable: { tag } });
    })
    .option("-T, --skip-tag <tag>", "turn off rules with this tag", (tag) => {
      steps.push({ disable: { tag } });
    })
    .option("-D, --disable <rule>", "turn off rules of this name; * stands for any text", (rule) => {
      steps.push({ disable: { rule } });
    })
    .option(
      "-E, --enable <rule>",
      "turn on rules of this name, also those that are off in their file",
      (rule) => {
        steps.push({ enable: { rule } });
      },
    )
    .option("--priority <level>", "only rules as grave as this: warning, error, ...", (text) => {
      minPriority = priority(text);
    });
  return () => ({
    // Tags say what there is to begin with; the rest is taken in the order given.
    select: [...(tagged.length > 0 ? [{ disable: { rule: "*" } }, ...tagged] : []), ...steps],
    ...(minPriority !== undefined && { minPriority }),
  });
}

/** The options that come to `selection`. */
export function selectionArgs({ select, minPriority }: SelectionOptions): readonly string[] {
  const isTagged = select.some((step) => "enable" in step && step.enable.tag !== undefined);
  // That all are off to begin with is what a tag means.
  const args = (isTagged ? select.slice(1) : select).flatMap(stepArgs);
  return minPriority === undefined ? args : [...args, "--priority", minPriority];
}

function stepArgs(step: SelectionStep): readonly string[] {
  const [byTag, byRule, { tag, rule }] =
    "enable" in step
      ? (["--tag", "--enable", step.enable] as const)
      : (["--skip-tag", "--disable", step.disable] as const);
  return [...(tag === undefined ? [] : [byTag, tag]), ...(rule === undefined ? [] : [byRule, rule])];
}

function priority(text: string): Priority {
  const parsed = parsePriority(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError(`It must be one of ${priorities.join(", ").toLowerCase()}.`);
}
