import type { SyscallRaw } from "@sentrytap/wire";
import type { Definition } from "../normalized-event.ts";
import { type SyscallArgs, syscallArgs, syscallCategory } from "../syscall-args.ts";

/** A call that comes as its number and registers. */
export const raw: Definition<SyscallRaw, SyscallArgs> = { category: syscallCategory, args: syscallArgs };
