import type { PortedSuite } from "../case.ts";
import { Box, first } from "./box.ts";
import { filterSuite, verdictsOf } from "./filter-case.ts";
import { readings } from "./reading-case.ts";

const epoll = { sysno: 213n, arg1: 0n };

const results = filterSuite("results of calls", [
  ...readings("a call that failed", (box) => box.call("RAW", epoll, -22), [
    ["evt.type", "epoll_create"],
    ["evt.res", "EINVAL"],
    ["evt.rawres", "-22"],
    ["evt.failed", "true"],
    ["evt.count", "1"],
    ["evt.count.error", "1"],
    ["evt.arg.res", "EINVAL"],
    ["evt.rawarg.res", "-22"],
    ["evt.source", "syscall"],
    ["evt.is_async", "false"],
    ["evt.num", "1"],
    ["evt.hostname", "host"],
  ]),
  ...readings("a call that returned 0", (box) => box.call("RAW", epoll, 0), [
    ["evt.res", "SUCCESS"],
    ["evt.rawres", "0"],
    ["evt.failed", "false"],
    ["evt.count.error", "0"],
  ]),
  ...readings("an open", (box) => box.open("/x", 123), [
    ["evt.res", "SUCCESS"],
    ["evt.rawres", "123"],
    ["evt.failed", "false"],
    ["evt.category", "file"],
    ["evt.count.error.file", "0"],
  ]),
  ...readings("an open that failed", (box) => box.open("/x", -13), [
    ["evt.res", "EACCES"],
    ["evt.rawres", "-13"],
    ["evt.failed", "true"],
    ["evt.count.error", "1"],
    ["evt.count.error.file", "1"],
    ["evt.count.error.net", null],
  ]),
  ...readings("the end of a process", (box) => box.send("MESSAGE_SENTRY_TASK_EXIT", first), [
    ["evt.type", "procexit"],
    ["evt.category", "process"],
  ]),
  ...readings("fcntl", (box) => box.call("FCNTL", { sysno: 72n, fd: 3, fdPath: "/x", cmd: 0, args: 7n }, 7), [
    ["evt.type", "fcntl"],
    ["evt.arg.cmd", "F_DUPFD"],
  ]),
  ...readings("an open that closes on exec", (box) => box.openat(-100, "/x", 3, 0o2000000), [
    ["evt.arg.flags", "O_RDONLY|O_CLOEXEC"],
    ["evt.arg.dirfd", "AT_FDCWD"],
    ["evt.rawarg.dirfd", "-100"],
  ]),
  ...readings("a path that is empty", (box) => box.call("CHDIR", { sysno: 80n, pathname: "" }, -2), [
    ["evt.arg.path", ""],
  ]),
]);

const noPath = "the path of a call that comes raw is not in the stream";

/** Calls that gVisor tells only by number: their paths are addresses in the caller's memory. */
const rawPaths = filterSuite("paths of calls that come raw", [
  ...readings("mkdir", (box) => box.call("RAW", { sysno: 83n, arg1: 4096n, arg2: 0o755n }), [
    ["evt.type", "mkdir"],
    ["evt.category", "file"],
    ["fs.path.name", "/srv/new", { differs: noPath }],
  ]),
  ...readings("unlinkat", (box) => box.call("RAW", { sysno: 263n, arg1: 0xffffff9cn, arg2: 4096n }), [
    ["evt.type", "unlinkat"],
    ["fs.path.name", "/srv/old", { differs: noPath }],
    ["evt.abspath", "/srv/old", { differs: noPath }],
  ]),
  ...readings("rename", (box) => box.call("RAW", { sysno: 82n, arg1: 4096n, arg2: 8192n }), [
    ["evt.type", "rename"],
    ["fs.path.source", "/srv/old", { differs: noPath }],
    ["fs.path.target", "/srv/new", { differs: noPath }],
  ]),
  ...readings("an unlink that failed", (box) => box.call("RAW", { sysno: 87n, arg1: 4096n }, -2), [
    ["fs.path.name", null],
    ["fs.path.nameraw", null],
    ["evt.res", "ENOENT"],
  ]),
  ...readings("chmod", (box) => box.call("RAW", { sysno: 90n, arg1: 4096n, arg2: 0o600n }), [
    ["evt.type", "chmod"],
    ["fs.path.name", "/srv/x", { differs: noPath }],
    ["fs.path.source", null],
  ]),
]);

const failedOpen = (): ReturnType<Box["open"]> => new Box().open("/opt/dir/SUB/file.txt", -1, 0o102);

const comparisons = filterSuite("fields of calls, compared", [
  ...verdictsOf("a call that failed", () => new Box().call("RAW", epoll, -22), [
    [false, "evt.rawarg.res > 0"],
    [true, "evt.rawarg.res < 0"],
    [false, "evt.rawarg.res > 4294967295"],
    [true, "evt.rawarg.res < -1"],
    [true, "evt.rawarg.res > -65535"],
    [true, "evt.rawres = -22"],
    [true, "evt.rawres in (-22)"],
    [true, "evt.rawres < 0"],
    [true, "evt.num < 300"],
    [false, "evt.num > 300"],
    [true, "evt.num <= 1 and evt.num >= 1"],
    [true, "(evt.type = epoll_create)"],
    [true, "(evt.arg.res = val(evt.arg.res))"],
    [false, "(evt.args = evt.args)"],
    [true, "(evt.args = val(evt.args))"],
    [true, "toupper(evt.source) = SYSCALL"],
    [true, "toupper(evt.source) = SYS or toupper(evt.source) = SYSCALL"],
    [true, "evt.source = val(evt.source)"],
    [false, "evt.source = val(evt.plugininfo)"],
    [true, "tolower(syscall.type) startswith epoll"],
    [true, "toupper(syscall.type) startswith EPOLL"],
    [true, "evt.source regex '^[s]{1}ysca[l]{2}$'"],
    [false, "evt.source regex 'yscal.*'"],
    [false, "evt.source regex '.*yscal'"],
    [true, "evt.source regex 'syscal.*'"],
    [false, "evt.source regex '^unknown$'"],
    [true, "toupper(evt.source) regex '^[A-Z]+$'"],
    ["error", "evt.plugininfo regex val(evt.source)"],
    [false, "fd.ip = 127.0.0.1 or fd.ip = 10.0.0.1"],
    [false, "fd.net = 127.0.0.1/32 or fd.net = 10.0.0.1/32"],
  ]),
  ...verdictsOf("an open that failed", failedOpen, [
    [false, "fd.num >= 0"],
    [false, "fd.num > 0"],
    [true, "fd.num < 0"],
    [false, "fd.num > 4294967295"],
    [false, "fd.num < -1"],
    [true, "fd.num > -65535"],
    [true, "fd.num = -1"],
  ]),
  ...verdictsOf("an open", () => new Box().open("/opt/dir/SUB/file.txt", 3, 0o102), [
    [true, "evt.arg.flags contains O_CREAT"],
    [false, "evt.arg.flags contains O_TMPFILE"],
    [true, "evt.arg.flags icontains o_creat"],
    [true, "fd.name contains /dir"],
    [true, "fd.name icontains /sub"],
    [false, "fd.name icontains other"],
    [true, "fd.name pmatch (/opt/dir)"],
    [true, "fd.name pmatch (/opt/dir/SUB)"],
    [false, "fd.name pmatch (/opt/dir2)"],
    [true, "fd.name pmatch (/opt/dir, /opt/dir2)"],
    [false, "fd.name pmatch (/opt/dir3, /opt/dir2)"],
    [true, "fd.name pmatch (/opt/*)"],
    [true, "fd.name pmatch (/opt/*/SUB)"],
    [true, "fd.name pmatch (/opt/di?/SUB)"],
    [false, "fd.name pmatch (/opt/dii?/SUB)"],
    [true, "fd.name pmatch (/opt/di[r]/SUB)"],
    [false, "fd.name pmatch (/opt/di[!r]/SUB)"],
    [false, "fd.name pmatch (/opt/di[t]/SUB)"],
    [false, "fd.name pmatch (/opt/di/SUB)"],
    [false, "fd.name pmatch (/opt/*/SUB2)"],
    [true, "fd.name pmatch (/opt/*/*)"],
    [false, "fd.name pmatch (/opt/*/*/lower)"],
    [true, "basename(fd.name) = file.txt"],
    [false, "basename(fd.name) = /opt/dir/SUB/file.txt"],
    [true, "len(fd.types) = 1"],
    [true, "len(fd.types) > 0"],
    [false, "len(fd.types) = 0"],
    [true, "len(fd.name) = 21"],
    [true, "fd.types in (file, ipv4)"],
    [false, "fd.types in (ipv4)"],
    [true, "fd.types intersects (file)"],
    [true, "evt.arg[1] startswith /opt or evt.arg[1] = /x"],
    [true, "evt.arg.name = /opt/dir/SUB/file.txt"],
    [true, "evt.rawarg.name pmatch (/opt)"],
    [true, "evt.rawarg.name regex '/opt/.*'"],
    [true, "evt.rawarg.name startswith ''"],
    [true, "evt.rawarg.name in (/x, /opt/dir/SUB/file.txt)"],
    [false, "evt.rawarg.path exists"],
    [false, "evt.rawarg.uid = 0"],
    [false, "evt.rawarg.uid in (0)"],
    [false, "evt.rawarg.pgid exists"],
    ["error", "evt.rawarg.flags contains x"],
    ["error", "evt.rawarg.flags regex '[0-9]+'"],
    ["error", "evt.rawarg.flags pmatch (/x)"],
    ["error", "evt.rawarg.flags glob '/x/*'"],
    ["error", "evt.rawarg.pgid startswith 0"],
    ["error", "evt.rawarg.cap_inheritable contains x"],
    ["error", "evt.rawarg.exe_ino_ctime glob '*'"],
  ]),
]);

/** A connection to 142.250.1.2, port 443, from 172.16.5.6, port 5000. */
function accepted(): ReturnType<Box["call"]> {
  const box = new Box();
  const socket = { fd: 3, fdPath: "socket:[7]" };
  box.call("SOCKET", { sysno: 41n, domain: 2, type: 1 }, 3);
  box.call("BIND", { sysno: 49n, ...socket, address: Uint8Array.of(2, 0, 1, 187, 142, 250, 1, 2) });
  box.call("LISTEN", { sysno: 50n, ...socket, backlog: 1 });
  return box.call(
    "ACCEPT",
    { sysno: 43n, ...socket, address: Uint8Array.of(2, 0, 19, 136, 172, 16, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0) },
    4,
  );
}

const addresses = filterSuite("addresses, compared", [
  ...verdictsOf("a connection", accepted, [
    [true, "fd.ip == 142.250.1.2"],
    [true, "fd.ip == 172.16.5.6"],
    [false, "fd.ip == 10.0.0.1"],
    [true, "fd.sip == 142.250.1.2"],
    [true, "fd.lip == 142.250.1.2"],
    [true, "fd.rip == 172.16.5.6"],
    [true, "fd.cip == 172.16.5.6"],
    [false, "fd.ip != 142.250.1.2"],
    [false, "fd.ip != 172.16.5.6"],
    [true, "fd.ip != 10.0.0.1"],
    [true, "fd.sip != 0:0:0:0:0:0:0:1"],
    [false, "fd.sip == '0:0:0:0:0:0:0:1'"],
    [true, "fd.sip in (10.0.0.1, ::1, 142.250.1.2)"],
    [false, "fd.sip in (10.0.0.1, ::1)"],
    [true, "fd.sip intersects (142.250.1.2)"],
    [false, "fd.sip in ()"],
    [true, "fd.net == 142.0.0.0/4"],
    [true, "fd.net == 142.250.0.0/8"],
    [true, "fd.net == 142.250.1.0/24"],
    [true, "fd.net == 172.16.0.0/12"],
    [true, "fd.net != 10.0.0.0/8"],
    [false, "fd.net != 172.16.0.0/12"],
    [true, "fd.net != 2001:db8:abcd:0012::0/64"],
    [false, "fd.net == 10.0.0.0/8"],
    [false, "fd.net == 2001:db8:abcd:0012::0/64"],
    [true, "fd.snet = 142.250.1.2/32"],
    [false, "fd.snet = 142.250.1.3/32"],
    [true, "fd.snet = 142.250.1.3/31"],
    [true, "fd.snet in (10.0.0.0/8, fe80::/10, 142.250.0.0/16)"],
    [false, "fd.cnet in (10.0.0.0/8, 142.250.0.0/16)"],
    [true, "fd.cnet != fe80::/10"],
    [true, "fd.cnet = 0.0.0.0/0"],
    [true, "fd.sport = https and fd.cport = 5000"],
    [true, "fd.port = 443"],
    [true, "fd.port in (80, 5000)"],
    [false, "fd.port in (80, 5001)"],
    [false, "fd.port != 5000"],
    [true, "fd.port != 80"],
    [true, "fd.port < 500"],
    [true, "fd.port > 4999"],
    [false, "fd.port > 5000"],
    [true, "fd.proto = https"],
    [true, "fd.sproto = 443"],
    [false, "fd.cip = val(fd.sip)"],
    [true, "fd.cip = val(fd.rip) and fd.sip = val(fd.lip)"],
    [true, "fd.cport > val(fd.sport)"],
    [true, "fd.ip exists and fd.net exists and fd.port exists"],
    [true, "fd.is_server = true and fd.is_server in (true)"],
    [false, "fd.is_server != true"],
  ]),
]);

/** What fields say of calls. */
export const eventSuites: readonly PortedSuite[] = [results, rawPaths, comparisons, addresses];
