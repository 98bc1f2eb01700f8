import type { TrackedEvent } from "@sentrytap/state";

// The numbers that Falco prints and compares flags as: its own, the same on every architecture.

type Flag = readonly [linux: number, falco: number];

const openFlags: readonly Flag[] = [
  [0o100, 1 << 2],
  [0o2000, 1 << 3],
  [0o10000, 1 << 4],
  [0o200, 1 << 5],
  [0o4000, 1 << 6],
  [0o4010000, 1 << 7],
  [0o1000, 1 << 8],
  [0o40000, 1 << 9],
  [0o200000, 1 << 10],
  [0o2000000, 1 << 12],
  [0o20200000, 1 << 13],
];

/** O_DIRECT and O_DIRECTORY, which arm64 has the other way round. */
const swapped = [0o40000, 0o200000] as const;

/** Flags of open(2) on `arch` in Falco's numbers. */
export function falcoOpenFlags(flags: number, arch: TrackedEvent["sandbox"]["arch"]): number {
  // Falco has a bit for each way of access: O_RDONLY 1, O_WRONLY 2, O_RDWR both.
  const access = [1, 2, 3][flags & 3] ?? 3;
  return convert(arch === "arm64" ? swap(flags) : flags, openFlags) | access;
}

function swap(flags: number): number {
  const [one, other] = swapped;
  const rest = flags & ~(one | other);
  return rest | ((flags & one) === 0 ? 0 : other) | ((flags & other) === 0 ? 0 : one);
}

const cloneFlags: readonly Flag[] = [
  [0x400, 1 << 0],
  [0x200, 1 << 1],
  [0x80000000, 1 << 2],
  [0x08000000, 1 << 3],
  [0x40000000, 1 << 4],
  [0x20000, 1 << 5],
  [0x20000000, 1 << 6],
  [0x04000000, 1 << 7],
  [0x8000, 1 << 8],
  [0x100000, 1 << 9],
  [0x2000, 1 << 10],
  [0x800, 1 << 11],
  [0x40000, 1 << 12],
  [0x10000, 1 << 13],
  [0x800000, 1 << 14],
  [0x100, 1 << 15],
  [0x10000000, 1 << 19],
  [0x200000, 1 << 20],
  [0x1000000, 1 << 21],
  [0x80000, 1 << 22],
  [0x4000, 1 << 24],
  [0x02000000, 1 << 25],
];

/** Flags of clone(2) in Falco's numbers. */
export function falcoCloneFlags(flags: number): number {
  return convert(flags, cloneFlags);
}

function convert(flags: number, table: readonly Flag[]): number {
  let converted = 0;
  for (const [linux, falco] of table) if ((flags & linux) === (linux | 0)) converted |= falco;
  return converted;
}
