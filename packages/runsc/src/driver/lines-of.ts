/** Lines of what a runsc printed, read one after the other; blank ones are passed over. */
export interface Lines {
  /** What the next line has in the brackets of `pattern`. */
  next(pattern: RegExp, what: string): readonly string[];
  /** What `read` makes of each of as many items as the next line, `NAME (3)`, says that there follow. */
  list<T>(name: string, read: () => T): readonly T[];
  /** Whether the next line is one of `pattern`. */
  at(pattern: RegExp): boolean;
  /** There must be no more. */
  end(): void;
}

/** Each read throws a TypeError that says what was expected, and what came. */
export function linesOf(printed: string): Lines {
  const lines = printed.split("\n").filter((line) => line.trim() !== "");
  let read = 0;
  const wrong = (expected: string): TypeError => {
    const line = lines[read];
    const came = line === undefined ? "the end" : JSON.stringify(line.slice(0, 100));
    return new TypeError(`${expected} must come after ${read} lines, and ${came} does`);
  };
  const next: Lines["next"] = (pattern, what) => {
    const match = pattern.exec(lines[read] ?? "");
    if (match === null) throw wrong(what);
    read++;
    return match.slice(1);
  };
  return {
    next,
    list: (name, item) => {
      const [count] = next(new RegExp(`^${name} \\(([0-9]{1,9})\\)$`), `"${name} (how many)"`);
      const items = [];
      while (items.length < Number(count)) items.push(item());
      return items;
    },
    at: (pattern) => pattern.test(lines[read] ?? ""),
    end: () => {
      if (read < lines.length) throw wrong("the end");
    },
  };
}
