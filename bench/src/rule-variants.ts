import { type Condition, parse, print, type RuleSource } from "@sentrytap/rules";
import { parse as parseYaml } from "yaml";

type Comparison = Condition & { readonly kind: "compare" };
type RightSide = Comparison["right"];
type Literal = RightSide & { readonly kind: "literal" };

/**
 * How a variant differs from the rules that it is made of. `copied`: in names only. `changed`: in every text and port that it
 * compares with. `narrowed`: each rule asks for one thing more. `mixed`: one variant is this, the next is that.
 */
export type Variation = "copied" | "changed" | "narrowed" | "mixed";

/** An entry of a rules file; what else stands in it is left as it is. */
interface Entry {
  readonly list?: string;
  readonly items?: readonly unknown[];
  readonly macro?: string;
  readonly rule?: string;
  readonly condition?: string;
}

/** Fields of a few known values, such as types of events: another value would be an error, or never true. */
const closed: ReadonlySet<string> = new Set([
  ...["evt.type", "evt.dir", "evt.category", "evt.res", "evt.arg.domain", "evt.arg.flags", "fd.type"],
  ...["fd.typechar", "fd.l4proto", "fd.sockfamily", "container.id", "syscall.type"],
]);

/** `sources`, and behind them `factor - 1` variants of all that is defined in them. */
export function multiply(
  sources: readonly RuleSource[],
  factor: number,
  variation: Variation,
): readonly RuleSource[] {
  const files = sources.map(({ name, text }) => ({ name, entries: parseYaml(text) as readonly Entry[] }));
  const entries = files.flatMap((file) => file.entries);
  const made: RuleSource[] = [...sources];
  for (let number = 1; number < factor; number++) {
    const variant = new Variant(entries, number, kindOf(variation, number));
    for (const { name, entries } of files) {
      const changed = entries.flatMap((entry) => variant.entry(entry) ?? []);
      // What is JSON is YAML.
      made.push({ name: `${name} ${number}`, text: JSON.stringify(changed) });
    }
  }
  return made;
}

function kindOf(variation: Variation, number: number): Variation {
  const kinds: readonly Variation[] = ["copied", "changed", "narrowed"];
  return variation === "mixed" ? (kinds[number % kinds.length] ?? variation) : variation;
}

/** One variant of all rules, macros and lists, under names of its own. */
class Variant {
  readonly #number: number;
  readonly #kind: Variation;
  readonly #lists: ReadonlySet<string>;
  readonly #macros: ReadonlySet<string>;
  /** Lists of values of fields that have a few known ones. */
  readonly #closedLists = new Set<string>();

  constructor(entries: readonly Entry[], number: number, kind: Variation) {
    this.#number = number;
    this.#kind = kind;
    this.#lists = new Set(entries.flatMap(({ list }) => list ?? []));
    this.#macros = new Set(entries.flatMap(({ macro }) => macro ?? []));
    for (const { condition } of entries) if (condition !== undefined) this.#findClosed(parsed(condition));
    // A list may stand in one that is defined behind it.
    for (const { list, items = [] } of [...entries].reverse()) {
      if (list === undefined || !this.#closedLists.has(list)) continue;
      for (const item of items) if (this.#lists.has(String(item))) this.#closedLists.add(String(item));
    }
  }

  /** `undefined`: it defines nothing. */
  entry(entry: Entry): Entry | undefined {
    const { list, macro, rule, condition = "" } = entry;
    if (list !== undefined) {
      const isClosed = this.#closedLists.has(list);
      const items = entry.items?.map((item) => (isClosed ? item : this.#value(String(item))));
      return { ...entry, list: this.#name(list), ...(items && { items }) };
    }
    if (macro === undefined && rule === undefined) return undefined;
    const changed = print(this.#condition(parsed(condition)));
    if (macro !== undefined) return { ...entry, macro: this.#name(macro), condition: changed };
    const narrowed = `(${changed}) and proc.name != variant_${this.#number}`;
    const own = this.#kind === "narrowed" ? narrowed : changed;
    return { ...entry, rule: `${rule} ${this.#number}`, condition: own };
  }

  #name(name: string): string {
    return `${name}_v${this.#number}`;
  }

  #findClosed(condition: Condition): void {
    if (condition.kind === "and" || condition.kind === "or") {
      for (const operand of condition.operands) this.#findClosed(operand);
    }
    if (condition.kind === "not") this.#findClosed(condition.operand);
    if (condition.kind !== "compare" || condition.right.kind !== "list" || !isClosed(condition)) return;
    for (const { text } of condition.right.items) if (this.#lists.has(text)) this.#closedLists.add(text);
  }

  #condition(condition: Condition): Condition {
    switch (condition.kind) {
      case "and":
      case "or":
        return { ...condition, operands: condition.operands.map((operand) => this.#condition(operand)) };
      case "not":
        return { ...condition, operand: this.#condition(condition.operand) };
      case "macro":
        return this.#macros.has(condition.name)
          ? { ...condition, name: this.#name(condition.name) }
          : condition;
      case "compare":
        return { ...condition, right: this.#right(condition) };
      case "exists":
        return condition;
    }
  }

  #right(comparison: Comparison): RightSide {
    const { right, operator } = comparison;
    const keep = isClosed(comparison);
    const changed = (literal: Literal): Literal => {
      const { text } = literal;
      if (keep && !this.#lists.has(text)) return literal;
      const isBytes = operator === "bcontains" || operator === "bstartswith";
      return { ...literal, text: isBytes ? this.#bytes(text) : this.#value(text) };
    };
    if (right.kind === "literal") return changed(right);
    return right.kind === "list" ? { ...right, items: right.items.map(changed) } : right;
  }

  #bytes(digits: string): string {
    return this.#kind === "changed" ? digits + this.#number.toString(16).padStart(4, "0") : digits;
  }

  /** Another value of the same kind: `/etc-v3/passwd`, `nginx-v3`; for a list, that of this variant. */
  #value(text: string): string {
    if (this.#lists.has(text)) return this.#name(text);
    if (this.#kind !== "changed" || /^(?:true|false|-?[0-9.:/]+)$/.test(text)) return text;
    const suffix = `-v${this.#number}`;
    const quote = /["']$/.exec(text)?.[0];
    if (quote !== undefined && text.startsWith(quote)) return text.slice(0, -1) + suffix + quote;
    return /^\/[^/]/.test(text) ? text.replace(/^\/[^/]+/, `$&${suffix}`) : text + suffix;
  }
}

function parsed(condition: string): Condition {
  const result = parse(condition);
  if (!result.ok) throw new Error(`no condition: ${condition}`);
  return result.condition;
}

/** Whether a comparison is of a field of few values, or of no text. */
function isClosed({ left }: Comparison): boolean {
  let operand = left;
  while (operand.kind === "transformed") operand = operand.operand;
  return (
    closed.has(operand.name) || /^(?:thread\.|fd\.[csrl]?(?:ip|net|port|proto)$|user\.)/.test(operand.name)
  );
}
