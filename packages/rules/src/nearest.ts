/** Longer names get no suggestion: nobody's slip of the pen, and costly to compare. */
const maxLength = 100;

/** Of more candidates than this the rest is not looked at, so that a hostile file cannot make a message dear. */
const maxCandidates = 5_000;

/**
 * The candidate that `name` is most likely a slip of: at most two letters wrong, missing, too many or swapped, and no
 * more than a third of the name; of several as near, the one that begins as the name does, for longest.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > maxLength) return undefined;
  let limit = Math.min(2, Math.floor(name.length / 3));
  let found: string | undefined;
  let left = maxCandidates;
  for (const candidate of candidates) {
    if (limit < 1 || left-- === 0) break;
    const edits = distance(name, candidate, limit);
    if (edits > limit) continue;
    const nearer =
      edits < limit || found === undefined || sameStart(name, candidate) > sameStart(name, found);
    if (nearer) found = candidate;
    limit = edits;
  }
  return found;
}

/** The end of a message, with its own `: `: how to mend what is wrong, where finding that out takes time. */
export type Hint = () => string;

/** The end of a message about a name that is not there: the one that may be meant, or else `otherwise`. */
export function didYouMean(name: string, candidates: Iterable<string>, otherwise: string): string {
  const near = nearest(name, candidates);
  return near === undefined ? `: ${otherwise}` : `: did you mean "${near}"?`;
}

/** How many characters two names begin with alike. */
function sameStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return length;
}

/** Edits between two names, a swap of neighbours being one; where they are more than `limit`, any number above it. */
function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    let least = i;
    for (let k = 1; k <= right.length; k++) {
      const same = left[i - 1] === right[k - 1];
      const swapped = left[i - 1] === right[k - 2] && left[i - 2] === right[k - 1];
      const cost = Math.min(
        at(last, k - 1) + (same ? 0 : 1),
        at(last, k) + 1,
        at(row, k - 1) + 1,
        swapped ? at(beforeLast, k - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      row.push(cost);
      least = Math.min(least, cost);
    }
    // A swap reaches back over one row, and costs one more than what stands there: it cannot save what this gives up.
    if (least > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return at(last, right.length);
}

function at(row: readonly number[], i: number): number {
  return row[i] ?? Number.POSITIVE_INFINITY;
}
