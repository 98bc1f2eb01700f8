/** What an item takes beside its texts, about. */
const overhead = 32;

/** Of what somebody chose, what is kept: the first items, with texts of `maxSize` UTF-16 units together. */
export function keepWithin<T>(
  items: Iterable<T>,
  maxSize: number,
  textsOf: (item: T) => readonly string[],
): readonly T[] {
  const kept: T[] = [];
  let size = 0;
  for (const item of items) {
    size += overhead;
    for (const text of textsOf(item)) size += text.length;
    if (size > maxSize) break;
    kept.push(item);
  }
  return kept;
}
