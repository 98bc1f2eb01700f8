import type { Definitions, ListDefinition } from "./definitions.ts";
import { needsQuotes } from "./exception-condition.ts";
import { createLocatedTextBuilder, type LocatedText } from "./located-text.ts";

/** Replaces the names of lists in conditions with what is in them, as Falco does: in the text, before it is parsed. */
export interface ListExpansion {
  /** Names of lists that some condition or list has used. */
  readonly used: ReadonlySet<string>;
  /** Nothing can be expanded any more: all conditions together have grown too long. */
  readonly exhausted: boolean;
  /** The condition with its lists filled in; `undefined` where it would grow beyond all bounds. */
  expand(condition: LocatedText): LocatedText | undefined;
}

/** All conditions together, so that a small file cannot be made to fill the memory. */
const maxTotalLength = 8_000_000;

/** Items of one list, those of lists it names included. */
const maxItems = 500_000;

/** A name between these is a list's. */
const delimiters = /[ \t\n\r(),=]*/y;
const others = /[^ \t\n\r(),=]*/y;

class Expansion implements ListExpansion {
  readonly #lists: ReadonlyMap<string, ListDefinition>;
  readonly #texts = new Map<string, string | undefined>();
  readonly #items = new Map<ListDefinition, readonly string[] | undefined>();
  readonly used = new Set<string>();
  #budget = maxTotalLength;

  constructor(lists: ReadonlyMap<string, ListDefinition>) {
    this.#lists = lists;
    for (const list of lists.values()) {
      for (const item of list.items)
        if (this.#inner(item.value, list) !== undefined) this.used.add(item.value);
    }
  }

  get exhausted(): boolean {
    return this.#budget < 0;
  }

  expand(condition: LocatedText): LocatedText | undefined {
    const { text } = condition;
    this.#budget -= text.length;
    const out = createLocatedTextBuilder();
    let copied = 0;
    for (const { start, end } of wordsOf(text)) {
      const name = text.slice(start, end);
      const list = this.#lists.get(name);
      if (list === undefined) continue;
      this.used.add(name);
      const items = this.#text(list);
      if (items === undefined) return undefined;
      this.#budget -= items.length;
      if (this.#budget < 0) return undefined;
      let from = start;
      let to = end;
      // Of an empty list a comma goes too, else an item would be missing.
      if (items === "") ({ from, to } = withComma(text, Math.max(copied, 0), start, end));
      out.append(text.slice(copied, from), condition, copied);
      out.insert(items, condition, start);
      copied = to;
    }
    out.append(text.slice(copied), condition, copied);
    return this.#budget < 0 ? undefined : out.build();
  }

  #text(list: ListDefinition): string | undefined {
    if (this.#texts.has(list.name)) return this.#texts.get(list.name);
    const text = this.#itemsOf(list)?.map(quoted).join(", ");
    this.#texts.set(list.name, text);
    return text;
  }

  /** The items of a list, those of lists it names included; `undefined` where they are too many. */
  #itemsOf(list: ListDefinition): readonly string[] | undefined {
    if (this.#items.has(list)) return this.#items.get(list);
    // What names itself in a circle stands for nothing more.
    this.#items.set(list, []);
    const items: string[] = [];
    for (const { value } of list.items) {
      const inner = this.#inner(value, list);
      const values = inner === undefined ? [value] : this.#itemsOf(inner);
      if (values === undefined || items.length + values.length > maxItems) {
        this.#items.set(list, undefined);
        return undefined;
      }
      for (const item of values) items.push(item);
    }
    this.#items.set(list, items);
    return items;
  }

  /** The list that an item of another names, if it was defined before. */
  #inner(name: string, outer: ListDefinition): ListDefinition | undefined {
    const inner = this.#lists.get(name);
    return inner !== undefined && inner !== outer && inner.index < outer.visibility ? inner : undefined;
  }
}

function quoted(item: string): string {
  return needsQuotes(item) ? `"${item}"` : item;
}

/** Words between delimiters, those in quotes left out. */
function* wordsOf(text: string): Generator<{ start: number; end: number }> {
  let start = endOf(delimiters, text, 0);
  while (start < text.length) {
    const char = text.charAt(start);
    const isQuoted = char === '"' || char === "'";
    const end = endOf(others, text, isQuoted ? endOfQuote(text, start) + 1 : start);
    yield { start, end };
    start = endOf(delimiters, text, end);
  }
}

function endOf(run: RegExp, text: string, start: number): number {
  run.lastIndex = start;
  run.test(text);
  return run.lastIndex;
}

function endOfQuote(text: string, start: number): number {
  const quote = text.charAt(start);
  let end = text.indexOf(quote, start + 1);
  while (end > 0 && text.charAt(end - 1) === "\\") end = text.indexOf(quote, end + 1);
  return end < 0 ? start : end;
}

function withComma(text: string, least: number, start: number, end: number): { from: number; to: number } {
  let from = start;
  while (from > least && /\s/.test(text.charAt(from - 1))) from--;
  if (from > least && text.charAt(from - 1) === ",") return { from: from - 1, to: end };
  let to = end;
  while (/\s/.test(text.charAt(to))) to++;
  return { from: start, to: text.charAt(to) === "," ? to + 1 : end };
}

export function createListExpansion({ lists }: Definitions): ListExpansion {
  return new Expansion(lists);
}
