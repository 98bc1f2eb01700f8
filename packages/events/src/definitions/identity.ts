import type * as wire from "@sentrytap/wire";
import type { Definition } from "../normalized-event.ts";
import type * as args from "./identity-args.ts";

export const setuid: Definition<wire.SyscallSetid, args.SetuidArgs> = {
  category: "user",
  args: (m, res) => ({ res, uid: m.id }),
};

export const setgid: Definition<wire.SyscallSetid, args.SetgidArgs> = {
  category: "user",
  args: (m, res) => ({ res, gid: m.id }),
};

export const setsid: Definition<wire.SyscallSetid, args.SetsidArgs> = {
  category: "process",
  args: (_, res) => ({ res }),
};

/** An id that is to be set; -1, an unsigned number on the wire, leaves it as it is. */
const idToSet = (id: number): number => (id === 0xffff_ffff ? -1 : id);

export const setresuid: Definition<wire.SyscallSetresid, args.SetresuidArgs> = {
  category: "user",
  args: (m, res) => ({ res, ruid: idToSet(m.rid), euid: idToSet(m.eid), suid: idToSet(m.sid) }),
};

export const setresgid: Definition<wire.SyscallSetresid, args.SetresgidArgs> = {
  category: "user",
  args: (m, res) => ({ res, rgid: idToSet(m.rid), egid: idToSet(m.eid), sgid: idToSet(m.sid) }),
};
