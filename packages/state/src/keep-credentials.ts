import { type Credentials, copyCredentials } from "@sentrytap/events";

/** `told` as something to keep: `known` where it says the same, else a copy, out of the message's bytes. */
export function keepCredentials(
  told: Credentials | undefined,
  known: Credentials | undefined,
): Credentials | undefined {
  if (told === undefined) return known;
  return known !== undefined && sameIds(told, known) ? known : copyCredentials(told);
}

function sameIds(a: Credentials, b: Credentials): boolean {
  return (
    a.realUid === b.realUid &&
    a.effectiveUid === b.effectiveUid &&
    a.savedUid === b.savedUid &&
    a.realGid === b.realGid &&
    a.effectiveGid === b.effectiveGid &&
    a.savedGid === b.savedGid
  );
}
