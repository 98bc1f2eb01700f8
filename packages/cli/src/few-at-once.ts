/** Calls `work` with every item, few at once, and gives the answers in the items' order. */
export async function fewAtOnce<T, U>(
  items: readonly T[],
  work: (item: T) => Promise<U>,
): Promise<readonly U[]> {
  const answers: U[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) answers[index] = await work(item);
  };
  // Each has a program run, which takes a CPU for a moment.
  await Promise.all(Array.from({ length: 4 }, worker));
  return answers;
}
