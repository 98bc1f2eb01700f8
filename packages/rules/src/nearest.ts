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

/**
 * Edits between two names, a swap of neighbours being one; where they are more than `limit`, any number above it. Only the
 * cells that `limit` edits can reach are looked at.
 */
function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, i) => i);
  let row: number[] = [];
  for (let i = 1; i <= left.length; i++) {
    const from = Math.max(1, i - limit);
    const to = Math.min(right.length, i + limit);
    // What lies outside of what is looked at is out of reach.
    row[from - 1] = from === 1 ? i : limit + 1;
    let least = at(row, from - 1);
    const char = left.charCodeAt(i - 1);
    for (let k = from; k <= to; k++) {
      const same = char === right.charCodeAt(k - 1);
      let cost = Math.min(at(last, k - 1) + (same ? 0 : 1), at(row, k - 1) + 1);
      if (k < i + limit) cost = Math.min(cost, at(last, k) + 1);
      const swapped =
        i > 1 &&
        k > 1 &&
        char === right.charCodeAt(k - 2) &&
        left.charCodeAt(i - 2) === right.charCodeAt(k - 1);
      if (swapped) cost = Math.min(cost, at(beforeLast, k - 2) + 1);
      row[k] = cost;
      least = Math.min(least, cost);
    }
    // A swap reaches back over one row, and costs one more than what stands there: it cannot save what this gives up.
    if (least > limit) return limit + 1;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return at(last, right.length);
}

function at(row: readonly number[], i: number): number {
  return row[i] ?? Number.POSITIVE_INFINITY;
}
