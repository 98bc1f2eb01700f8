/** Lists shorter than this are joined as fast as they are found. */
const leastLength = 16;

/** Weak, so that it lasts as long as the program whose arguments or environment it is. */
const known = new WeakMap<readonly string[], string>();

/**
 * `texts` with blanks between them. Rules ask for that of a process, and of all its ancestors, with every event: a
 * program that is started with thousands of arguments is not to make each of its events cost as many steps.
 */
export function joinedText(texts: readonly string[] | undefined): string {
  if (texts === undefined) return "";
  if (texts.length < leastLength) return texts.join(" ");
  let joined = known.get(texts);
  if (joined === undefined) {
    joined = texts.join(" ");
    known.set(texts, joined);
  }
  return joined;
}
