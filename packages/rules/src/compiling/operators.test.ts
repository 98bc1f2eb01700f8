import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeDescriptor, makeEvent, makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";

const grandparent = makeProcess({ pid: 1, name: "init", args: [] });
const parent = makeProcess({ pid: 5, name: "bash", parent: grandparent, exepath: "/usr/bin/bash" });
const open = makeOpen({ thread: makeThread(makeProcess({ parent })) });
const connection = makeEvent(
  "connect",
  { res: 0, fd: 4, addr: { family: "ipv4", ip: "10.1.2.3", port: 443 } },
  {
    fdNumber: 4,
    fd: makeDescriptor({
      kind: "ipv4",
      name: "127.0.0.1:5000->10.1.2.3:443",
      socket: {
        protocol: "tcp",
        role: "client",
        local: { family: "ipv4", ip: "127.0.0.1", port: 5000 },
        remote: { family: "ipv4", ip: "10.1.2.3", port: 443 },
        listening: false,
      },
    }),
  },
);
const setsid = makeEvent("setsid", { res: 0 });

function holds(condition: string, event = open): boolean {
  return mustLoad(ruleYaml(condition)).evaluate(event).length === 1;
}

describe("operators", () => {
  test.each([
    ["proc.name = cat", true],
    ["proc.name == dog", false],
    ["proc.name != dog", true],
    ["proc.name in (dog, cat)", true],
    ["proc.name in ()", false],
    ["proc.name intersects (dog)", false],
    ["proc.name contains a", true],
    ["proc.name icontains AT", true],
    ["proc.name startswith ca", true],
    ["proc.name endswith at", true],
    ["proc.name glob c?t", true],
    ["proc.name iglob C*", true],
    ["proc.name regex 'c.t'", true],
    ["proc.name regex 'c.'", false],
    ["proc.name regex '(c|a|t)+'", true],
    ["fd.name pmatch (/etc, /usr)", true],
    ["fd.name pmatch (/et)", false],
    ["proc.vpid = 7", true],
    ["proc.vpid = 0x7", true],
    ["proc.vpid < 8", true],
    ["proc.vpid <= 7", true],
    ["proc.vpid > 7", false],
    ["proc.vpid >= 7", true],
    ["proc.vpid in (1, 7)", true],
    ["evt.rawtime > 1795286461313392177", true],
    ["evt.rawtime = 1795286461313392178", true],
    ["evt.rawtime in (1795286461313392178, 2)", true],
    ["evt.is_open_read = true", true],
    ["evt.is_open_write = true", false],
    ["evt.failed != true", true],
    ["proc.name exists", true],
    ["proc.exe_ino exists", false],
    ["len(proc.name) = 3", true],
    ["toupper(proc.name) = CAT", true],
    ["basename(proc.exepath) = val(proc.name)", true],
    ["proc.exepath endswith val(proc.name)", true],
    ["proc.name = val(proc.pname)", false],
    ["evt.type in (open, openat)", true],
    ["evt.type = open", false],
    ["evt.type != open", true],
    ["not evt.type = open", true],
    ["evt.type contains open", true],
    ["evt.arg.flags contains O_RDONLY", true],
    ["evt.arg[flags] = O_RDONLY", true],
    ["evt.arg.fd = <f>/etc/shadow", true],
    ["evt.rawarg.fd >= 0", true],
    ["evt.rawarg.flags = 1", true],
    ["proc.env[HOME] = /root", true],
    ["proc.args[0] = /etc/shadow", true],
    ["user.loginuid = -1", true],
    ["user.name = root and group.gid = 0", true],
    ["container.id = 0123456789ab", true],
    ["sandbox.id = box", true],
  ])("%s: %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test("no comparison with an absent value is true, not even that it differs", () => {
    expect(holds("fd.name != x", setsid)).toBe(false);
    expect(holds("not fd.name = x", setsid)).toBe(true);
    expect(holds("fd.name exists", setsid)).toBe(false);
    expect(holds("k8s.ns.name != x")).toBe(false);
  });

  test("without an index a field of ancestors asks all of them", () => {
    expect(holds("proc.aname = init")).toBe(true);
    expect(holds("proc.aname[2] = init")).toBe(true);
    expect(holds("proc.aname[1] = init")).toBe(false);
    expect(holds("proc.aname[0] = cat")).toBe(true);
    expect(holds("proc.aname = cat")).toBe(false);
    expect(holds("proc.aname in (zsh, bash)")).toBe(true);
    expect(holds("proc.aname != bash")).toBe(true);
    expect(holds("proc.apid in (5)")).toBe(true);
    expect(holds("proc.aname[3] exists")).toBe(false);
  });

  test.each([
    ["fd.ip = 10.1.2.3", true],
    ["fd.ip = 127.0.0.1", true],
    ["fd.ip != 127.0.0.1", false],
    ["fd.ip != 1.1.1.1", true],
    ["fd.port in (443)", true],
    ["fd.port = https", true],
    ["fd.sport = 443 and fd.cport = 5000", true],
    ["fd.sip = 10.1.2.3 and fd.cip = 127.0.0.1", true],
    ["fd.snet = 10.0.0.0/8", true],
    ["fd.snet in (192.168.0.0/16, 10.1.2.3/32)", true],
    ["fd.snet != 10.0.0.0/8", false],
    ["fd.net = 127.0.0.0/8", true],
    ["fd.sip = ::1", false],
    ["fd.sip != ::1", true],
    ["fd.l4proto = tcp and fd.type = ipv4 and fd.typechar = 4", true],
    ["fd.is_server = false and fd.connected = true", true],
    ["fd.sockfamily = ip", true],
  ])("connections: %s: %s", (condition, expected) => {
    expect(holds(condition, connection)).toBe(expected);
  });

  test("a call that failed does not look like one that succeeded", () => {
    const args = { fd: -13, dirfd: -100, name: "/etc/shadow", flags: 1, mode: 0 };
    const failed = makeEvent("openat", args, { failed: true, errno: 13, result: -13, fdNumber: -13 });
    expect(holds("evt.is_open_write = true and fd.typechar = f and fd.num >= 0", failed)).toBe(false);
    expect(holds("fd.name = /etc/shadow and evt.failed = true and evt.res = EACCES", failed)).toBe(true);
    expect(holds("fs.path.name exists", failed)).toBe(false);
  });
});
