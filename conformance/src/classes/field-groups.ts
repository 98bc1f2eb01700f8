// Fields that one and the same cause lets differ together.

/** The arguments `names` as fields. */
export function argumentsNamed(names: string): readonly string[] {
  return names.split(" ").map((name) => `argument ${name}`);
}

/** What the descriptor of an event is. */
export const descriptorFields: readonly string[] = `
  fd.num fd.name fd.type fd.typechar fd.directory fd.filename fd.connected fd.is_server fd.l4proto fd.sockfamily
  fd.cip fd.cport fd.sip fd.sport fd.lip fd.lport fd.rip fd.rport
`
  .trim()
  .split(/\s+/);

/** Arguments that print a descriptor. */
export const descriptorArguments: readonly string[] = argumentsNamed(
  "fd res oldfd newfd fd1 fd2 dirfd tuple",
);

/** What a thread is, and the program that it runs. */
export const threadFields: readonly string[] = `
  proc.name proc.exe proc.exepath proc.args proc.cmdline proc.cmdnargs proc.exeline proc.cwd proc.vpid proc.nthreads
  proc.sname proc.vpgid.name proc.tty thread.vtid thread.ismain user.uid user.loginuid group.gid
`
  .trim()
  .split(/\s+/);

/** What its parent is. */
export const parentFields: readonly string[] =
  "proc.pvpid proc.pname proc.pexe proc.pexepath proc.pcmdline proc.aname[2] proc.aname[3]".split(" ");
