/** A flag: its name, and the bits that must all be set for it. */
export type Flag = readonly [name: string, bits: number];

/** The names in `flags`, in the order of `table`, joined by `|`. Bits that have no name there are left out. */
export function flagNames(flags: number, table: readonly Flag[]): string {
  const names: string[] = [];
  for (const [name, bits] of table) if ((flags & bits) === (bits | 0)) names.push(name);
  return names.join("|");
}
