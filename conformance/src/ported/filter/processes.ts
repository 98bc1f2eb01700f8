import type { TrackedEvent } from "@sentrytap/state";
import type { PortedSuite } from "../case.ts";
import { Box, type Context, type Fields, first, threadOf } from "./box.ts";
import { filterSuite, verdictsOf } from "./filter-case.ts";
import { readings } from "./reading-case.ts";

const shell = threadOf(2);
const child = threadOf(3);
const middle = threadOf(3, 3, { processName: "middle" });
const grandchild = threadOf(4);

/** 1 makes 2, which makes 3, which makes 4; each runs a program of its own but 2. */
function family(box: Box): TrackedEvent {
  box.fork(first, 2);
  box.fork(shell, 3);
  box.exec(child, "/opt/middle", ["middle", "-x"], "/usr/bin/middle");
  box.fork(middle, 4);
  return box.exec(grandchild, "/opt/last", ["./last", "-c", "echo 'a b'"], "/usr/bin/last");
}

const spawned = filterSuite("a process that was spawned", [
  ...readings("an exec", family, [
    ["proc.name", "last"],
    ["proc.aname[0]", "last"],
    ["proc.aname[1]", "middle"],
    ["proc.aname[2]", "sh"],
    ["proc.aname[3]", "sh"],
    ["proc.aname[4]", null],
    ["proc.pname", "middle"],
    ["proc.exe", "./last"],
    ["proc.aexe[0]", "./last"],
    ["proc.aexe[1]", "middle"],
    ["proc.aexe[4]", null],
    ["proc.pexe", "middle"],
    ["proc.exepath", "/usr/bin/last"],
    ["proc.aexepath[0]", "/usr/bin/last"],
    ["proc.aexepath[1]", "/usr/bin/middle"],
    ["proc.pexepath", "/usr/bin/middle"],
    ["proc.aexepath[4]", null],
    ["proc.vpid", "4"],
    ["proc.pvpid", "3"],
    ["proc.apid[0]", "4"],
    ["proc.apid[1]", "3"],
    ["proc.apid[2]", "2"],
    ["proc.apid[3]", "1"],
    ["proc.apid[4]", null],
    ["proc.args", "-c echo 'a b'"],
    ["proc.args[0]", "-c"],
    ["proc.args[1]", "echo 'a b'"],
    ["proc.args[8]", ""],
    ["proc.cmdline", "last -c echo 'a b'"],
    ["proc.acmdline[0]", "last -c echo 'a b'"],
    ["proc.acmdline[1]", "middle -x"],
    ["proc.acmdline[4]", null],
    ["proc.pcmdline", "middle -x"],
    ["proc.exeline", "./last -c echo 'a b'"],
    ["proc.cmdnargs", "2"],
    ["proc.cmdlenargs", "12"],
    ["proc.aargs[0]", "-c echo 'a b'"],
    ["proc.aargs[1]", "-x"],
    ["proc.env", "MODE=test"],
    ["proc.env[MODE]", "test"],
    ["proc.env[MOD]", ""],
    ["proc.aenv[0]", "MODE=test"],
    ["proc.aenv[1]", "MODE=test"],
    ["proc.aenv[HOME]", "/srv"],
    ["proc.cwd", "/srv/"],
    ["proc.nthreads", "1"],
    ["proc.nchilds", "0"],
    ["proc.is_vpgid_leader", "false"],
    ["proc.is_sid_leader", "false"],
    ["proc.sname", "sh"],
    ["proc.vpgid.name", "sh"],
    ["thread.ismain", "true"],
    ["thread.vtid", "4"],
    ["evt.arg.comm", "last"],
    ["evt.arg.filename", "/opt/last"],
    ["evt.arg.trusted_exepath", "/usr/bin/last"],
  ]),
  ...readings(
    "a file that was deleted while it ran",
    (box) => box.exec(first, "/opt/gone", ["gone"], "/opt/gone (deleted)"),
    [
      ["proc.exepath", "/opt/gone"],
      ["proc.name", "gone"],
    ],
  ),
  ...readings(
    "a path with steps back",
    (box) => box.exec(first, "/usr/../usr/./bin/tool", ["tool"], "/usr/bin/tool"),
    [
      ["evt.arg.filename", "/usr/../usr/./bin/tool"],
      ["proc.exepath", "/usr/bin/tool"],
      ["proc.name", "tool"],
    ],
  ),
]);

/** The last of a family of four. */
function last(): TrackedEvent {
  return family(new Box());
}

const ancestors = filterSuite("ancestors, compared", [
  ...verdictsOf("the last of four processes", last, [
    [true, "proc.aname in (sh)"],
    [true, "proc.aname in (middle)"],
    [true, "proc.aname in (last, sh)"],
    [true, "proc.aname = middle"],
    [true, "proc.aname = sh"],
    [false, "proc.aname in (last)"],
    [false, "proc.aname = last"],
    [false, "proc.aname in (other)"],
    [true, "proc.aname contains idd"],
    [true, "proc.aname != middle"],
    [true, "proc.aname intersects (other, sh)"],
    [false, "not proc.aname = middle"],
    [true, "proc.aname[1] = middle"],
    [false, "proc.aname[2] = middle"],
    [false, "proc.aname[9] exists"],
    [false, "proc.aname[9] != x"],
    [true, "proc.aname exists"],
    [true, "proc.aexepath = /usr/bin/middle"],
    [false, "proc.aexepath = /usr/bin/last"],
    [true, "proc.aexe = middle"],
    [true, "proc.acmdline = 'middle -x'"],
    [true, "proc.acmdline endswith -x"],
    [false, "proc.acmdline startswith last"],
    [true, "proc.apid = 2"],
    [true, "proc.apid > 2"],
    [false, "proc.apid = 4"],
    [true, "proc.aenv contains 'HOME=/srv'"],
    [true, "proc.name = val(proc.name) and proc.name != val(proc.pname)"],
    [true, "proc.cmdline startswith val(proc.name)"],
    [true, "proc.exepath endswith val(proc.name)"],
    [true, "proc.env[MODE] = test"],
    [true, "proc.env[MODE] exists"],
    [true, "proc.env[NONE] = ''"],
  ]),
]);

function write(box: Box, context: Context): TrackedEvent {
  return box.call("WRITE", { sysno: 1n, fd: 1n, fdPath: "/x", count: 1n }, 1, context);
}

/** Threads that the first process makes. */
function addThreads(box: Box, ...ids: readonly number[]): void {
  for (const createdThreadId of ids) {
    const flags = 0x3d0f00n;
    box.send("MESSAGE_SENTRY_CLONE", first, { createdThreadId, createdThreadGroupId: 1, flags });
  }
}

const threads = filterSuite("threads and process groups", [
  ...readings(
    "a process of three threads",
    (box) => {
      addThreads(box, 5, 6);
      return write(box, threadOf(5, 1));
    },
    [
      ["proc.nthreads", "3"],
      ["proc.nchilds", "2"],
      ["thread.ismain", "false"],
      ["thread.vtid", "5"],
      ["proc.vpid", "1"],
    ],
  ),
  ...readings(
    "one of three threads has ended",
    (box) => {
      addThreads(box, 5, 6);
      box.send("MESSAGE_SENTRY_TASK_EXIT", threadOf(6, 1));
      return write(box, threadOf(5, 1));
    },
    [
      ["proc.nthreads", "2"],
      ["proc.nchilds", "1"],
    ],
  ),
  ...readings(
    "a process that leads its session",
    (box) => {
      box.fork(first, 2);
      return box.call("RAW", { sysno: 112n }, 2, shell);
    },
    [
      ["proc.is_sid_leader", "true"],
      ["proc.is_vpgid_leader", "true"],
      ["proc.sid.exepath", "/bin/sh"],
      ["proc.sname", "sh"],
    ],
  ),
]);

const directories = filterSuite("working directories", [
  ...readings(
    "chdir",
    (box) =>
      box.call(
        "CHDIR",
        { sysno: 80n, pathname: "/srv/deep" },
        0,
        first,
        threadOf(1, 1, { cwd: "/srv/deep" }),
      ),
    [
      ["proc.cwd", "/srv/deep/"],
      ["evt.arg.path", "/srv/deep"],
    ],
  ),
  ...readings(
    "fchdir",
    (box) => {
      box.open("/srv/open", 3, 0o200000);
      return box.call(
        "CHDIR",
        { sysno: 81n, fd: 3n, fdPath: "/srv/open" },
        0,
        first,
        threadOf(1, 1, { cwd: "/srv/open" }),
      );
    },
    [["proc.cwd", "/srv/open/"]],
  ),
  ...readings("a chdir that failed", (box) => box.call("CHDIR", { sysno: 80n, pathname: "/none" }, -2), [
    ["proc.cwd", "/srv/"],
    ["evt.res", "ENOENT"],
  ]),
]);

/** The first thread, with other ids. */
function as(credentials: Fields): Context {
  return threadOf(1, 1, { credentials });
}

const user = as({ realUid: 500, effectiveUid: 500, savedUid: 500 });
const group = as({ realGid: 600, effectiveGid: 600, savedGid: 600 });

const users = filterSuite("users and groups", [
  ...readings("setuid", (box) => box.call("SETID", { sysno: 105n, id: 500 }, 0, first, user), [
    ["evt.type", "setuid"],
    ["user.uid", "500"],
    ["evt.rawarg.uid", "500"],
    ["evt.arg.uid", "<NA>"],
    ["evt.args", "res=0 uid=500(<NA>)"],
  ]),
  ...readings("setgid", (box) => box.call("SETID", { sysno: 106n, id: 600 }, 0, first, group), [
    ["group.gid", "600"],
  ]),
  ...readings("a setuid that failed", (box) => box.call("SETID", { sysno: 105n, id: 500 }, -1), [
    ["user.uid", "0"],
    ["evt.res", "EPERM"],
  ]),
  ...readings(
    "setresuid",
    (box) => box.call("SETRESID", { sysno: 117n, rid: 500, eid: 500, sid: 500 }, 0, first, user),
    [["user.uid", "500"]],
  ),
  ...readings(
    "a setresuid that failed",
    (box) => box.call("SETRESID", { sysno: 117n, rid: 600, eid: 600, sid: 600 }, -1),
    [["user.uid", "0"]],
  ),
  ...readings(
    "setresgid",
    (box) => box.call("SETRESID", { sysno: 119n, rid: 600, eid: 600, sid: 600 }, 0, first, group),
    [["group.gid", "600"]],
  ),
  ...readings("root", (box) => box.open("/x", 3), [
    ["user.uid", "0"],
    ["user.name", "root"],
    ["user.homedir", "/root"],
    ["user.loginuid", "-1"],
  ]),
]);

/** What fields say of processes, threads and their users. */
export const processSuites: readonly PortedSuite[] = [spawned, ancestors, threads, directories, users];
