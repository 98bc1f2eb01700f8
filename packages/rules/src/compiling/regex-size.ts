/** What a class of characters by property, such as `\pL`, weighs: hundreds of ranges. */
const propertySize = 50;

/** Sizes are not told apart beyond. */
const most = 1e9;

/** A part in parentheses while it is read. */
interface Group {
  size: number;
  /** Size of what a repetition that follows would repeat. */
  last: number;
}

/**
 * About how many steps a regular expression compiles to: each character is one, and what is repeated `{n}` times counts as
 * often. Takes one pass; what is no regular expression has a size, too.
 */
export function regexSize(pattern: string): number {
  const outer: Group[] = [];
  let group: Group = { size: 0, last: 0 };
  const add = (size: number): void => {
    group.size = Math.min(most, group.size + size);
    group.last = size;
  };
  const repetition = /\{([0-9]{1,9})(?:,([0-9]{0,9}))?\}/y;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === "(") {
      outer.push(group);
      group = { size: 2, last: 0 };
    } else if (char === ")") {
      const { size } = group;
      group = outer.pop() ?? { size: 0, last: 0 };
      add(size);
    } else if (char === "[") {
      const end = endOfSet(pattern, i);
      add(setSize(pattern.slice(i, end)));
      i = end - 1;
    } else if (char === "\\") {
      add(setSize(pattern.slice(i, i + 2)));
      i++;
    } else if (char === "{") {
      repetition.lastIndex = i;
      const found = repetition.exec(pattern);
      if (found === null) {
        add(1);
        continue;
      }
      const times = Math.max(1, Number(found[1]), Number(found[2] ?? 0));
      const repeated = Math.min(most, group.last * times);
      group.size = Math.min(most, group.size + repeated - group.last);
      group.last = repeated;
      i += found[0].length - 1;
    } else {
      add(1);
    }
  }
  for (const { size } of outer) group.size = Math.min(most, group.size + size);
  return group.size;
}

/** Where the set ends that begins at `start`; where it does not end, the end of the pattern. */
function endOfSet(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern.charAt(i) === "^") i++;
  if (pattern.charAt(i) === "]") i++;
  while (i < pattern.length && pattern.charAt(i) !== "]") {
    const isNamed = pattern.startsWith("[:", i);
    const close = isNamed ? pattern.indexOf(":]", i) : -1;
    if (close > i && close < i + 20) i = close + 2;
    else i += pattern.charAt(i) === "\\" ? 2 : 1;
  }
  return Math.min(i + 1, pattern.length);
}

/** A step, with the ranges that it looks through. */
function setSize(set: string): number {
  const properties = set.match(/\\[pP]/g)?.length ?? 0;
  return 1 + properties * propertySize + Math.floor(set.length / 8);
}
