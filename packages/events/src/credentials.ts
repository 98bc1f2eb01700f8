/** User and group ids of a thread. */
export interface Credentials {
  readonly realUid: number;
  readonly effectiveUid: number;
  readonly savedUid: number;
  readonly realGid: number;
  readonly effectiveGid: number;
  readonly savedGid: number;
}

/** A copy of the ids, which keeps no message alive. */
export function copyCredentials({
  realUid,
  effectiveUid,
  savedUid,
  realGid,
  effectiveGid,
  savedGid,
}: Credentials): Credentials {
  return { realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid };
}
