/** What a condition, or a part of one, can come to: it never holds, it always does, or it may do either. */
export type Verdict = "never" | "always" | "either";

/** The verdict of what can hold, can fail, or both. */
export function verdictOf(canHold: boolean, canFail: boolean): Verdict {
  if (!canHold) return "never";
  return canFail ? "either" : "always";
}

/** The verdict of the negation. */
export function opposite(verdict: Verdict): Verdict {
  if (verdict === "either") return verdict;
  return verdict === "always" ? "never" : "always";
}
