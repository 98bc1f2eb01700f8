import type { Credentials, EventOf } from "@sentrytap/events";
import type { LiveThread } from "./live-thread.ts";

// What calls make of ids, for sessions that do not collect them with the call: gVisor's kernel/task_identity.go, and
// credentials(7). Where that depends on what is not known, such as a capability, nothing is known afterwards.

/** Real, effective and saved id. */
type Ids = readonly [real: number, effective: number, saved: number];

/** The ids that a call is given, by their names. */
type IdArgs = {
  readonly [Name in "uid" | "ruid" | "euid" | "suid" | "gid" | "rgid" | "egid" | "sgid"]?: number;
};

/** Stands for: leave it as it is. */
const none = -1;

/**
 * A call that changes ids has succeeded, told decoded or raw. Where the session collects them, the exit's context has the
 * new ones already.
 */
export function idsChanged(
  event: EventOf<"setuid" | "setgid" | "setresuid" | "setresgid" | "syscall">,
  thread: LiveThread,
): void {
  const { name, credentials } = thread;
  if (event.credentials !== undefined || credentials === undefined) return;
  if (event.type === "syscall") {
    // Of all raw calls only those that change ids come here.
    thread.change(name, changedBy(event.args.name, event.args.params as IdArgs, credentials));
  } else {
    thread.change(name, changedBy(event.type, event.args, credentials));
  }
}

/**
 * The ids of a new program. Newer Sentries save those in effect then, as Linux does, those of 2022 and 2024 do not: of
 * ids that differ nothing is known.
 */
export function idsAfterExec(before: Credentials): Credentials | undefined {
  const { effectiveUid, effectiveGid, savedUid, savedGid } = before;
  return savedUid === effectiveUid && savedGid === effectiveGid ? before : undefined;
}

function changedBy(call: string, args: IdArgs, before: Credentials): Credentials | undefined {
  const { uid = none, ruid = none, euid = none, suid = none } = args;
  const { gid = none, rgid = none, egid = none, sgid = none } = args;
  switch (call) {
    case "setuid":
      return withUids(before, (ids) => setid(ids, uid));
    case "setgid":
      return withGids(before, (ids) => setid(ids, gid));
    case "setreuid":
      return withUids(before, (ids) => setreid(ids, ruid, euid));
    case "setregid":
      return withGids(before, (ids) => setreid(ids, rgid, egid));
    case "setresuid":
      return withUids(before, (ids) => setresid(ids, [ruid, euid, suid]));
    case "setresgid":
      return withGids(before, (ids) => setresid(ids, [rgid, egid, sgid]));
    default:
      return before;
  }
}

/** With the capability for it the call sets all three, without it only the one in effect, and only to one of the others. */
function setid([real, , saved]: Ids, id: number): Ids | undefined {
  const isPrivileged = id !== real && id !== saved;
  return isPrivileged || (id === real && id === saved) ? [id, id, id] : undefined;
}

function setreid([oldReal, oldEffective, oldSaved]: Ids, real: number, effective: number): Ids {
  const newEffective = effective === none ? oldEffective : effective;
  const isSaved = real !== none || newEffective !== oldEffective;
  return [real === none ? oldReal : real, newEffective, isSaved ? newEffective : oldSaved];
}

function setresid([oldReal, oldEffective, oldSaved]: Ids, [real, effective, saved]: Ids): Ids {
  return [
    real === none ? oldReal : real,
    effective === none ? oldEffective : effective,
    saved === none ? oldSaved : saved,
  ];
}

function withUids(before: Credentials, change: (ids: Ids) => Ids | undefined): Credentials | undefined {
  const ids = change([before.realUid, before.effectiveUid, before.savedUid]);
  return ids && { ...before, realUid: ids[0], effectiveUid: ids[1], savedUid: ids[2] };
}

function withGids(before: Credentials, change: (ids: Ids) => Ids | undefined): Credentials | undefined {
  const ids = change([before.realGid, before.effectiveGid, before.savedGid]);
  return ids && { ...before, realGid: ids[0], effectiveGid: ids[1], savedGid: ids[2] };
}
