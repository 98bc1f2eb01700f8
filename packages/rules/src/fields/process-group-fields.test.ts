import { expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";

const leader = makeProcess({ pid: 3, name: "bash", exe: "-bash", exepath: "/usr/bin/bash" });

/** What `output` prints of an event of a process with `own`. */
function printed(output: string, own: Parameters<typeof makeProcess>[0]): string | undefined {
  const rules = mustLoad(ruleYaml("evt.num > 0", output));
  return rules.evaluate(makeOpen({ thread: makeThread(makeProcess(own)) }))[0]?.output;
}

test.each([
  ["sid", { sid: 3, sessionLeader: leader }, "proc.sname"],
  ["vpgid", { pgid: 3, groupLeader: leader }, "proc.vpgid.name"],
  ["pgid", { pgid: 3, groupLeader: leader }, "proc.pgid.name"],
])("proc.%s and what belongs to it tell of the leader", (id, own, name) => {
  const output = `%proc.${id} %${name} %proc.${id}.exe %proc.${id}.exepath %proc.is_${id}_leader`;
  expect(printed(output, own)).toBe("3 bash -bash /usr/bin/bash false");
  expect(printed(`%proc.is_${id}_leader`, { ...own, pid: 3 })).toBe("true");
});

test("of no session that is known there are no ids, no flags, and empty names", () => {
  const nobody = { sid: undefined, pgid: undefined, sessionLeader: undefined, groupLeader: undefined };
  const output =
    "%proc.sid %proc.is_sid_leader [%proc.sname] %proc.vpgid %proc.is_vpgid_leader [%proc.vpgid.exe]";
  expect(printed(output, nobody)).toBe("<NA> <NA> [] <NA> <NA> []");
});
