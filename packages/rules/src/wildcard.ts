/** Whether `text` is what `pattern` says, in which `*` stands for any text, also none. In time linear in `text`. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return matcherOfPieces(pattern.split("*"))(text);
}

/** Tells whether a text begins with the first piece, ends with the last, and has the others between them, in order. */
export function matcherOfPieces(pieces: readonly string[]): (text: string) => boolean {
  const [head = "", ...rest] = pieces;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  const least = head.length + tail.length;
  if (rest.every((piece) => piece === ""))
    return (text) => text.length >= least && text.startsWith(head) && text.endsWith(tail);
  return (text) => {
    if (text.length < least || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= text.length - tail.length;
  };
}
