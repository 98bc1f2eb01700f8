import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sentrytap } from "./command.ts";

let rules: string;
beforeEach(() => {
  rules = join(mkdtempSync(join(tmpdir(), "sentrytap-cli-")), "rules.yaml");
  writeFileSync(rules, ruleFile("evt.type = openat and fd.name = /x"));
});
afterEach(() => rmSync(join(rules, ".."), { recursive: true }));

function ruleFile(condition: string): string {
  return `- rule: one\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n  tags: [t]\n`;
}

async function points(...options: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await sentrytap(["config", ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { trace_session: session } = JSON.parse(stdout);
  expect(session).toMatchObject({ name: "Default", ignore_missing: true });
  return session.points.map(({ name }: { readonly name: string }) => name);
}

test("config asks for what rules need, of the starter rules where none are named", async () => {
  expect(await points("-r", rules)).toEqual([
    "container/start",
    "syscall/chroot/exit",
    "syscall/openat/enter",
    "syscall/openat/exit",
  ]);
  expect(await points()).toContain("syscall/fcntl/exit");
  expect(await points("--all")).toContain("syscall/read/enter");
});

test("config --fidelity lean says what it gives up", async () => {
  const { stdout, stderr } = await sentrytap(["config", "-r", rules, "--fidelity", "lean"]);
  expect(stdout).not.toContain("openat/enter");
  expect(stderr).toContain("sentrytap: given up: 1 rule read paths or addresses");
});

test("config --why says what each point is there for", async () => {
  const { stdout } = await sentrytap(["config", "-r", rules, "--why"]);
  expect(stdout).toContain("\nsyscall/openat/exit\tone\n");
  expect(stdout).toContain("\nsyscall/chroot/exit\troot directories\n");
});

test("config asks for nothing because of rules that are turned off", async () => {
  const { code, stdout, stderr } = await sentrytap(["config", "-r", rules, "-T", "t"]);
  expect(JSON.parse(stdout).trace_session.points).toEqual([]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "sentrytap: no rule that is enabled can fire: the session asks for nothing\n",
  });
});
