import type { GivenUp } from "./plan-session.ts";

/** What a lean session does without, as a sentence without its full stop. */
export function describeGivenUp({ what, rules, points }: GivenUp): string {
  const many = rules.length === 1 ? "1 rule" : `${rules.length} rules`;
  const asked = `${points.join(", ")} would tell`;
  switch (what) {
    case "memory":
      return `${many} read paths or addresses when the call has returned: a program that changes them in its memory meanwhile shows them others (${asked})`;
    case "copies":
      return `${many} read descriptors, of which copies by fcntl(2) are not seen: one of them may be missing or out of date (${asked})`;
  }
}
