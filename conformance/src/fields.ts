/** The fields that Falco's record of a recording has, where they are not null. */
export const fieldNames: readonly string[] = `
  evt.num evt.rawtime evt.type evt.category evt.args evt.res evt.rawres evt.failed
  evt.is_open_create evt.is_open_exec evt.is_open_read evt.is_open_write fs.path.name
  proc.name proc.exe proc.exepath proc.args proc.cmdline proc.cmdnargs proc.exeline proc.cwd
  proc.vpid proc.pvpid proc.pname proc.pexe proc.pexepath proc.pcmdline proc.aname[2] proc.aname[3]
  proc.nthreads proc.sname proc.vpgid.name proc.tty thread.vtid thread.ismain
  user.uid user.loginuid group.gid
  fd.num fd.name fd.type fd.typechar fd.directory fd.filename fd.connected fd.is_server fd.l4proto fd.sockfamily
  fd.cip fd.cport fd.sip fd.sport fd.lip fd.lport fd.rip fd.rport
`
  .trim()
  .split(/\s+/);
