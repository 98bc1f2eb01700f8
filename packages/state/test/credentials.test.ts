import type { Credentials } from "@sentrytap/events";
import { describe, expect, it } from "vitest";
import type { ProcfsProcess } from "../src/index.ts";
import { type Context, failed, returned, Simulation, sysno, thread } from "./simulate.ts";

const numbers = { setgid: 106n, setreuid: 113n, setregid: 114n, setresuid: 117n, setresgid: 119n };
const unchanged = 0xffff_ffff;

/** A process of a session that does not collect credentials, whose ids a dump of procfs told. */
const bare: Context = { threadId: 8, threadGroupId: 8 };

function seeded(uid: Ids, gid: Ids = [0, 0, 0]): Simulation {
  const box = new Simulation();
  const told: ProcfsProcess = {
    pid: 8,
    credentials: credentials(uid, gid),
    ...{ parentPid: 0, pgid: 8, sid: 8, name: "x", exepath: "/x", args: ["x"], env: [], cwd: "/", root: "/" },
    ...{ startTimeNs: 1n, descriptors: [] },
  };
  box.tracker.seed(box.sandbox, { processes: [told], skipped: 0 });
  return box;
}

type Ids = readonly [real: number, effective: number, saved: number];

function credentials([realUid, effectiveUid, savedUid]: Ids, gid: Ids): Credentials {
  const [realGid, effectiveGid, savedGid] = gid;
  return { realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid };
}

function uids(box: Simulation): Ids | undefined {
  const ids = box.send("SYSCALL_READ", bare, { sysno: sysno.read }).thread?.credentials;
  return ids && [ids.realUid, ids.effectiveUid, ids.savedUid];
}

function gids(box: Simulation): Ids | undefined {
  const ids = box.send("SYSCALL_READ", bare, { sysno: sysno.read }).thread?.credentials;
  return ids && [ids.realGid, ids.effectiveGid, ids.savedGid];
}

describe("ids of a session that does not collect them", () => {
  it("are not known unless something told them, least of all as root's", () => {
    const box = new Simulation();
    box.start({ threadId: 1, threadGroupId: 1 });
    box.clone({ threadId: 1, threadGroupId: 1 }, 8);
    box.call("SYSCALL_SETID", bare, { sysno: sysno.setuid, id: 33 }, returned());
    box.call("SYSCALL_SETRESID", bare, { sysno: numbers.setresuid, rid: 1, eid: 2, sid: 3 }, returned());
    expect(uids(box)).toBeUndefined();
  });

  it("are all set by a setuid that only who is privileged may do", () => {
    const box = seeded([0, 0, 0], [5, 6, 7]);
    box.call("SYSCALL_SETID", bare, { sysno: sysno.setuid, id: 33 }, failed(1));
    expect(uids(box)).toEqual([0, 0, 0]);
    box.call("SYSCALL_SETID", bare, { sysno: sysno.setuid, id: 33 }, returned());
    expect([uids(box), gids(box)]).toEqual([
      [33, 33, 33],
      [5, 6, 7],
    ]);
    box.call("SYSCALL_SETID", bare, { sysno: numbers.setgid, id: 9 }, returned());
    expect([uids(box), gids(box)]).toEqual([
      [33, 33, 33],
      [9, 9, 9],
    ]);
  });

  it("are not known after a setuid that does more for the privileged than for others", () => {
    const same = seeded([1, 0, 1]);
    same.call("SYSCALL_SETID", bare, { sysno: sysno.setuid, id: 1 }, returned());
    expect(uids(same), "all are 1 either way").toEqual([1, 1, 1]);
    const other = seeded([1, 0, 0]);
    other.call("SYSCALL_SETID", bare, { sysno: sysno.setuid, id: 1 }, returned());
    expect(uids(other)).toBeUndefined();
  });

  it("are set one by one by setresuid and setresgid", () => {
    const box = seeded([1, 2, 3], [4, 5, 6]);
    const fields = { sysno: numbers.setresuid, rid: unchanged, eid: 0, sid: unchanged };
    box.call("SYSCALL_SETRESID", bare, fields, returned());
    expect(uids(box)).toEqual([1, 0, 3]);
    box.call("SYSCALL_SETRESID", bare, { ...fields, sysno: numbers.setresgid, rid: 9, sid: 8 }, returned());
    expect([uids(box), gids(box)]).toEqual([
      [1, 0, 3],
      [9, 0, 8],
    ]);
  });

  it("follow setreuid and setregid, which only raw points tell", () => {
    const raw = (box: Simulation, number: bigint, arg1: number, arg2: number): unknown =>
      box.call("SYSCALL_RAW", bare, { sysno: number, arg1: BigInt(arg1), arg2: BigInt(arg2) }, returned());
    const box = seeded([1, 2, 3], [4, 5, 6]);
    raw(box, numbers.setreuid, unchanged, 2);
    expect(uids(box)).toEqual([1, 2, 3]);
    raw(box, numbers.setreuid, unchanged, 7);
    expect(uids(box)).toEqual([1, 7, 7]);
    raw(box, numbers.setreuid, 9, unchanged);
    expect(uids(box)).toEqual([9, 7, 7]);
    raw(box, numbers.setregid, 1, 2);
    expect(gids(box)).toEqual([1, 2, 2]);
    raw(box, sysno.setuid, 50, 0);
    expect(uids(box)).toEqual([50, 50, 50]);
    raw(box, numbers.setresuid, 1, 2);
    expect(uids(box)).toEqual([1, 2, 0]);
  });

  it("are changed once by a call that is told both raw and decoded", () => {
    const box = seeded([0, 0, 0]);
    box.call("SYSCALL_SETID", bare, { sysno: sysno.setuid, id: 5 }, returned());
    box.call("SYSCALL_RAW", bare, { sysno: sysno.setuid, arg1: 5n }, returned());
    expect(uids(box)).toEqual([5, 5, 5]);
  });

  it("stay with an exec where it cannot save others", () => {
    const plain = seeded([1, 2, 2], [4, 5, 5]);
    plain.exec(bare, "/bin/x", ["x"]);
    expect([uids(plain), gids(plain)]).toEqual([
      [1, 2, 2],
      [4, 5, 5],
    ]);
    const odd = seeded([1, 2, 3]);
    odd.exec(bare, "/bin/x", ["x"]);
    expect(uids(odd)).toBeUndefined();
  });

  it("are others in another user namespace", () => {
    const box = seeded([1, 2, 2], [4, 5, 5]);
    expect(box.clone(bare, 9).thread?.credentials).toMatchObject({ realUid: 1, savedGid: 5 });
    expect(box.clone(bare, 10, 10, 0x1000_0000n).thread?.credentials).toBeUndefined();
  });
});

describe("ids of a session that collects them", () => {
  it("are what the exit says, whatever the call would make of the last ones", () => {
    const box = new Simulation();
    const ids = (uid: number): Context => thread(8, 8, { credentials: { realUid: uid, effectiveUid: uid } });
    box.send("SYSCALL_SETID", ids(0), { sysno: sysno.setuid, id: 33 });
    const exit = { sysno: sysno.setuid, id: 33, exit: returned() };
    expect(box.send("SYSCALL_SETID", ids(7), exit).thread?.credentials).toMatchObject({
      realUid: 7,
      effectiveUid: 7,
      savedUid: 0,
    });
  });
});
