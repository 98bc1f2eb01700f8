import type { PortedSuite } from "../case.ts";
import { outputSuite, says } from "./output-case.ts";
import { makeEvent } from "./scene.ts";

const opened = () =>
  makeEvent({
    type: "openat",
    args: { fd: 5, dirfd: -100, name: "notes", flags: 0o1101, mode: 0o640 },
    result: 5,
  });
const failed = () =>
  makeEvent({ type: "openat", args: { fd: -13, dirfd: -100, name: "notes", flags: 0, mode: 0 }, errno: 13 });
const setuid = () => makeEvent({ type: "setuid", category: "user", args: { uid: 5 } });
const unknownThread = () => makeEvent({ type: "chdir", args: { path: "/" }, thread: false });

// Local is wherever this runs.
const at = new Date(1_700_000_000_000);
const two = (n: number): string => String(n).padStart(2, "0");
const localTime = `${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}.000000042`;
const localDate = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** After what the tests of events and of `evt.rawarg` in Falco's libraries read as text. */
export const valueSuites: readonly PortedSuite[] = [
  outputSuite("how values are written", [
    says("%evt.rawarg.flags", "106", { "evt.rawarg.flags": "106" }, { event: opened }),
    says("%evt.rawarg.mode", "640", { "evt.rawarg.mode": "640" }, { event: opened }),
    says(
      "%evt.rawarg.fd %evt.rawarg.name",
      "5 notes",
      { "evt.rawarg.fd": 5, "evt.rawarg.name": "notes" },
      {
        event: opened,
      },
    ),
    says("%evt.arg.mode", "0640", { "evt.arg.mode": "0640" }, { event: opened }),
    says("%evt.arg.dirfd", "AT_FDCWD", { "evt.arg.dirfd": "AT_FDCWD" }, { event: opened }),
    says("%evt.rawarg.dirfd", "-100", { "evt.rawarg.dirfd": -100 }, { event: opened }),
    says(
      "%evt.res %evt.rawres %evt.failed",
      "EACCES -13 true",
      { "evt.res": "EACCES", "evt.rawres": -13, "evt.failed": true },
      { event: failed },
    ),
    says(
      "%evt.count.error %evt.count.error.file",
      "1 1",
      { "evt.count.error": 1, "evt.count.error.file": 1 },
      { event: failed },
    ),
    says("%evt.res %evt.failed", "SUCCESS false", { "evt.res": "SUCCESS", "evt.failed": false }),
    says("%evt.category %evt.source %evt.is_async", "file syscall false", {
      "evt.category": "file",
      "evt.source": "syscall",
      "evt.is_async": false,
    }),
    says("%evt.num %evt.count", "1 1", { "evt.num": 1, "evt.count": 1 }),
    says("%user.uid %user.loginuid %group.gid", "0 -1 0", {
      "user.uid": 0,
      "user.loginuid": -1,
      "group.gid": 0,
    }),
    says("%thread.ismain", "true", { "thread.ismain": true }),
    says(
      "%proc.name %proc.vpid",
      "<NA> <NA>",
      { "proc.name": null, "proc.vpid": null },
      {
        event: unknownThread,
      },
    ),
  ]),
  outputSuite("what outputs say of a process and its parent", [
    says("%proc.cwd %proc.exe %proc.exepath", "/srv/ Worker /opt/Worker", {
      "proc.cwd": "/srv/",
      "proc.exe": "Worker",
      "proc.exepath": "/opt/Worker",
    }),
    says("%proc.aname[0] %proc.aexe[0] %proc.aexepath[0]", "Worker Worker /opt/Worker", {
      "proc.aname[0]": "Worker",
      "proc.aexe[0]": "Worker",
      "proc.aexepath[0]": "/opt/Worker",
    }),
    says("%proc.pname %proc.pexe %proc.pexepath", "launcher launcher /opt/launcher", {
      "proc.pname": "launcher",
      "proc.pexe": "launcher",
      "proc.pexepath": "/opt/launcher",
    }),
    says("%proc.aname[1] %proc.aexe[1] %proc.aexepath[1]", "launcher launcher /opt/launcher", {
      "proc.aname[1]": "launcher",
      "proc.aexe[1]": "launcher",
      "proc.aexepath[1]": "/opt/launcher",
    }),
    says("%proc.pid %proc.vpid %proc.apid[0]", "12 12 12", {
      "proc.pid": 12,
      "proc.vpid": 12,
      "proc.apid[0]": 12,
    }),
    says("%proc.ppid %proc.pvpid %proc.apid[1]", "1 1 1", {
      "proc.ppid": 1,
      "proc.pvpid": 1,
      "proc.apid[1]": 1,
    }),
    says("%proc.cmdline|%proc.acmdline[0]", "Worker -v Two Words|Worker -v Two Words", {
      "proc.cmdline": "Worker -v Two Words",
      "proc.acmdline[0]": "Worker -v Two Words",
    }),
    says("%proc.pcmdline|%proc.acmdline[1]", "launcher -v Two Words|launcher -v Two Words", {
      "proc.pcmdline": "launcher -v Two Words",
      "proc.acmdline[1]": "launcher -v Two Words",
    }),
    says("%proc.args|%proc.args[0]|%proc.args[1]|%proc.args[8]|", "-v Two Words|-v|Two Words||", {
      "proc.args": "-v Two Words",
      "proc.args[0]": "-v",
      "proc.args[1]": "Two Words",
      "proc.args[8]": "",
    }),
    says("%proc.aargs[0]|%proc.aargs[1]", "-v Two Words|-v Two Words", {
      "proc.aargs[0]": "-v Two Words",
      "proc.aargs[1]": "-v Two Words",
    }),
    says("%proc.exeline", "Worker -v Two Words", { "proc.exeline": "Worker -v Two Words" }),
    says("%proc.aname[7] %proc.acmdline[7]", "<NA> <NA>", {
      "proc.aname[7]": null,
      "proc.acmdline[7]": null,
    }),
    says("%proc.is_sid_leader %proc.is_vpgid_leader", "true true", {
      "proc.is_sid_leader": true,
      "proc.is_vpgid_leader": true,
    }),
    says("%proc.nthreads %proc.nchilds", "1 0", { "proc.nthreads": 1, "proc.nchilds": 0 }),
    says("%proc.cmdnargs %proc.cmdlenargs", "2 11", { "proc.cmdnargs": 2, "proc.cmdlenargs": 11 }),
    says("%user.name %user.uid", "root 0", { "user.name": "root", "user.uid": 0 }),
  ]),
  outputSuite("what outputs say of users", [
    says("%evt.args", "res=0 uid=5(<NA>)", { "evt.args": "res=0 uid=5(<NA>)" }, { event: setuid }),
    says(
      "%evt.arg.uid %evt.arg[1] %evt.rawarg.uid",
      "<NA> <NA> 5",
      {
        "evt.arg.uid": "<NA>",
        "evt.arg[1]": "<NA>",
        "evt.rawarg.uid": 5,
      },
      { event: setuid },
    ),
  ]),
  outputSuite("how times are written", [
    says("%evt.time.iso8601", "2023-11-14T22:13:20.000000042+0000", {
      "evt.time.iso8601": 1_700_000_000_000_000_042n,
    }),
    says("%evt.rawtime", "1700000000000000042", { "evt.rawtime": 1_700_000_000_000_000_042n }),
    says("%evt.outputtime", localTime, { "evt.outputtime": 1_700_000_000_000_000_042n }),
    says("%evt.time|%evt.time.s", `${localTime}|${localTime.slice(0, 8)}`, {
      "evt.time": 1_700_000_000_000_000_042n,
      "evt.time.s": 1_700_000_000_000_000_042n,
    }),
    says("%evt.datetime|%evt.datetime.s", `${localDate} ${localTime}|${localDate} ${localTime.slice(0, 8)}`, {
      "evt.datetime": 1_700_000_000_000_000_042n,
      "evt.datetime.s": 1_700_000_000_000_000_042n,
    }),
    says("%evt.rawtime.s and %evt.rawtime.ns", "1700000000 and 000000042", {
      "evt.rawtime.s": 1_700_000_000n,
      "evt.rawtime.ns": 42n,
    }),
    says("%evt.reltime|%evt.reltime.s|%evt.reltime.ns", "000000000|0|000000000", {
      "evt.reltime": 0n,
      "evt.reltime.s": 0n,
      "evt.reltime.ns": 0n,
    }),
    says("%evt.deltatime|%evt.deltatime.s|%evt.deltatime.ns", "0|0|000000000", {
      "evt.deltatime": 0n,
      "evt.deltatime.s": 0n,
      "evt.deltatime.ns": 0n,
    }),
  ]),
];
