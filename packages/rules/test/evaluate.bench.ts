import { bench, describe } from "vitest";
import { loadRules } from "../src/index.ts";
import { hasReference, readReference } from "./reference.ts";
import { makeDescriptor, makeEvent, makeOpen } from "./tracked-event.ts";

describe.runIf(hasReference("benchmarks with the public rules"))("evaluate, with the public rules", () => {
  const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
  const loaded = loadRules(names.map((name) => ({ name, text: readReference(`rules/${name}`) })));
  if (!loaded.ok) throw new Error("the rules do not load");
  const { rules } = loaded;
  const read = makeEvent("read", { res: 5, fd: 3, size: 5, pos: undefined, flags: 0 });
  const quiet = makeOpen({ fd: makeDescriptor({ name: "/usr/lib/libc.so.6" }) });
  const loud = makeOpen();
  const execve = makeEvent("execve", {
    res: 0,
    exe: "cat",
    args: ["/etc/hostname"],
    filename: "/usr/bin/cat",
    dirfd: undefined,
    dirfdPath: undefined,
    env: [],
    flags: 0,
  });
  bench("read", () => void rules.evaluate(read, "all"));
  bench("openat", () => void rules.evaluate(quiet, "all"));
  bench("openat that raises an alert", () => void rules.evaluate(loud, "all"));
  bench("execve", () => void rules.evaluate(execve, "all"));
});
