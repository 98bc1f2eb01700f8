import type { PortedSuite } from "../case.ts";
import { filterSuite, loading, loadingOf } from "./filter-case.ts";

const indexed = ["aname", "aexe", "aexepath", "acmdline", "apid", "args"];
const plain =
  "proc.name proc.pname proc.exe proc.cwd proc.pid fd.num fd.name fd.cip evt.num evt.type user.uid group.gid";

/** Which fields take what in brackets, and behind a dot. */
export const fieldArgumentSuites: readonly PortedSuite[] = [
  filterSuite("fields and their arguments", [
    ...loading(
      true,
      ...indexed.flatMap((name) => [
        `proc.${name} exists`,
        `proc.${name}[0] exists`,
        `proc.${name}[99] exists`,
        `proc.${name}['2'] exists`,
      ]),
      "proc.env exists",
      "proc.env[HOME] exists",
      "proc.env['HOME'] exists",
      "proc.env[MY.VAR-1] exists",
      "proc.env[7] exists",
      "proc.aenv exists",
      "proc.aenv[HOME] exists",
      "proc.aenv[2] exists",
      "fd.types exists",
      "fd.types[0] exists",
      "evt.arg.res exists",
      "evt.arg[0] exists",
      "evt.arg[1] = a",
      "evt.rawarg.res exists",
      "evt.type.is.open = 1",
      "evt.around[1404996934793590564] = 1000",
      "evt.abspath exists",
      "evt.abspath.src exists",
      "evt.abspath.dst exists",
      "thread.cgroup.cpuacct exists",
      "proc.name[''] exists",
    ),
    ...loading(
      false,
      ...plain.split(" ").flatMap((name) => [`${name}[0] exists`, `${name}[a] exists`]),
      ...indexed.map((name) => `proc.${name}[x] exists`),
      "proc.aname[1.5] exists",
      "proc.aname['1 '] exists",
      "fd.types[x] exists",
      "evt.arg exists",
      "evt.arg.nosuch exists",
      "evt.arg.resx exists",
      "evt.arg.res[0] exists",
      "evt.rawarg exists",
      "evt.rawarg[0] exists",
      "evt.rawarg.nosuch exists",
      "evt.type.is = 1",
      "evt.around = 1000",
      "evt.around[1404996934793590564] > 1000",
      "evt.abspath.other exists",
      "thread.cgroup exists",
      "proc.nosuch exists",
      "proc.namex exists",
      "proc.aname.x exists",
    ),
    loadingOf(false, "evt.arg[res] exists", {
      differs: "Falco's documentation writes it so, though Falco does not take it: it is evt.arg.res",
    }),
  ]),
];
