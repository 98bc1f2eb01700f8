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
const unknownThread = () => makeEvent({ type: "chdir", args: { path: "/" }, thread: false });

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
  outputSuite("how times are written", [
    says("%evt.time.iso8601", "2023-11-14T22:13:20.000000042+0000", {
      "evt.time.iso8601": 1_700_000_000_000_000_042n,
    }),
    says("%evt.rawtime", "1700000000000000042", { "evt.rawtime": 1_700_000_000_000_000_042n }),
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
