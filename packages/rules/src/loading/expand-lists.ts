import type { Definitions, ListDefinition } from "./definitions.ts";
import { needsQuotes } from "./exception.ts";
import { createLocatedTextBuilder, type LocatedText } from "./located-text.ts";

/** Replaces the names of lists in conditions with what is in them, as Falco does: in the text, before it is parsed. */
export interface ListExpansion {
  /** Names of lists that some condition or list has used. */
  readonly used: ReadonlySet<string>;
  /** The condition with its lists filled in; `undefined` where it would grow beyond all bounds. */
  expand(condition: LocatedText): LocatedText | undefined;
}

/** All conditions together, so that a small file cannot be made to fill the memory. */
const maxTotalLength = 64_000_000;

/** A name between these is a list's. */
const delimiters = " \t\n\r(),=";

class Expansion implements ListExpansion {
  readonly #lists: ReadonlyMap<string, ListDefinition>;
  readonly #texts = new Map<string, string>();
  readonly used = new Set<string>();
  #budget = maxTotalLength;

  constructor(lists: ReadonlyMap<string, ListDefinition>) {
    this.#lists = lists;
    for (const list of lists.values()) {
      for (const item of list.items)
        if (this.#inner(item.value, list) !== undefined) this.used.add(item.value);
    }
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

  #text(list: ListDefinition): string {
    const known = this.#texts.get(list.name);
    if (known !== undefined) return known;
    const text = this.#items(list, new Set()).map(quoted).join(", ");
    this.#texts.set(list.name, text);
    return text;
  }

  /** The items of a list, those of lists it names included. */
  #items(list: ListDefinition, within: ReadonlySet<string>): readonly string[] {
    const inside = new Set([...within, list.name]);
    const items: string[] = [];
    for (const { value } of list.items) {
      const inner = inside.size > 50 || inside.has(value) ? undefined : this.#inner(value, list);
      if (inner === undefined) items.push(value);
      else for (const item of this.#items(inner, inside)) items.push(item);
      if (items.length > maxTotalLength / 16) break;
    }
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
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text.charAt(i);
    if (i < text.length && !delimiters.includes(char)) {
      if ((char === '"' || char === "'") && i === start) i = endOfQuote(text, i);
      continue;
    }
    if (i > start) yield { start, end: i };
    start = i + 1;
  }
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
