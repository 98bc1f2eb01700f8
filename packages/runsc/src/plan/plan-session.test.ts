import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { coverageOf, loadRules, type RuleSet, type RuleSource } from "@sentrytap/rules";
import { describe, expect, test } from "vitest";
import type { PointConfig } from "../point-config.ts";
import { streamOf } from "../stream-of.ts";
import { type PlanOptions, planSession, type SessionPlan } from "./plan-session.ts";

function rulesOf(...conditions: readonly string[]): RuleSet {
  const text = conditions.map(
    (condition, i) =>
      `- rule: r${i}\n  desc: d\n  condition: ${condition}\n  output: "%proc.name"\n  priority: INFO\n`,
  );
  return mustLoad([{ name: "rules.yaml", text: text.join("") }]);
}

function mustLoad(sources: readonly RuleSource[]): RuleSet {
  const loaded = loadRules(sources);
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
  return loaded.rules;
}

const plan = (condition: string, options: PlanOptions = {}): SessionPlan =>
  planSession(rulesOf(condition), { arch: "x64", ...options });

function point(planned: SessionPlan, name: string): PointConfig | undefined {
  return planned.points.find((each) => each.name === name);
}

function names({ points }: SessionPlan): readonly string[] {
  return points.map(({ name }) => name);
}

const births = ["container/start", "sentry/clone", "sentry/task_exit"];
const sockets = ["accept", "accept4", "bind", "connect", "listen", "socket", "socketpair"].map(
  (call) => `syscall/${call}/exit`,
);

describe("planSession", () => {
  test("asks for the events of the rules, and what their fields are made of", () => {
    const planned = plan("evt.type = setuid and user.uid = 0 and proc.name = x");
    expect(planned.points).toEqual([
      { name: "container/start", context_fields: [...base, "credentials", "process_name"] },
      { name: "syscall/setuid/exit", context_fields: [...base, "credentials", "process_name"] },
    ]);
    expect(planned.reasons.get("syscall/setuid/exit")).toEqual(["r0"]);
  });

  test("asks for no reads, writes, closes and copies because of opens", () => {
    const planned = plan("evt.type = openat and fd.name = /x and proc.pname = sh");
    expect(names(planned)).toEqual([
      "container/start",
      "sentry/clone",
      "sentry/execve",
      "sentry/task_exit",
      "syscall/chroot/exit",
      "syscall/openat/enter",
      "syscall/openat/exit",
    ]);
    expect(point(planned, "syscall/openat/exit")).toMatchObject({ optional_fields: ["fd_path"] });
    expect(point(planned, "syscall/openat/exit")?.context_fields).toContain("cwd");
    expect(point(planned, "syscall/openat/enter")).toEqual({
      name: "syscall/openat/enter",
      context_fields: base,
    });
  });

  test("asks for sockets alone where rules look at nothing else", () => {
    const planned = plan("evt.type = dup2 and fd.type in (ipv4, ipv6)");
    expect(names(planned)).toEqual([...births, ...sockets, "syscall/dup2/exit"].sort(byPlace(planned)));
    expect(point(planned, "syscall/dup2/exit")).toMatchObject({ optional_fields: ["fd_path"] });
    expect(point(planned, "syscall/connect/exit")).toMatchObject({ optional_fields: ["fd_path"] });
    expect(planned.givenUp).toEqual([]);
  });

  test("asks for all that makes descriptors where rules look at any", () => {
    const condition = "evt.type = execve and proc.stdin.type = ipv4";
    const exact = plan(condition);
    expect(names(exact)).toEqual(
      expect.arrayContaining([
        "syscall/openat/exit",
        "syscall/fcntl/exit",
        "syscall/sysno/291/exit",
        ...sockets,
      ]),
    );
    expect(names(exact)).not.toContain("syscall/close/exit");
    const lean = plan(condition, { fidelity: "lean" });
    expect(names(exact).filter((name) => !names(lean).includes(name))).toEqual(["syscall/fcntl/exit"]);
    expect(lean.givenUp).toEqual([{ what: "copies", rules: ["r0"], points: ["syscall/fcntl/exit"] }]);
  });

  test("gives up the enters of calls where it is to be lean, and says so", () => {
    const lean = plan("evt.type in (open, openat) and fd.name = /x", { fidelity: "lean" });
    expect(names(lean).filter((name) => name.endsWith("enter"))).toEqual([]);
    expect(lean.givenUp).toEqual([
      { what: "memory", rules: ["r0"], points: ["syscall/open/enter", "syscall/openat/enter"] },
    ]);
    const compared = plan("evt.type = openat and gvisor.toctou = true", { fidelity: "lean" });
    expect(names(compared)).toContain("syscall/openat/enter");
  });

  test("asks for raw points by the CPU's numbers, of calls that come in no other way", () => {
    expect(names(plan("evt.type = setns", { arch: "x64" })).at(-1)).toBe("syscall/sysno/308/exit");
    expect(names(plan("evt.type = setns", { arch: "arm64" })).at(-1)).toBe("syscall/sysno/268/exit");
    expect(names(plan("evt.type = ptrace"))).toContain("syscall/ptrace/exit");
    const available = ["container/start", "syscall/openat/exit", "syscall/sysno/101/exit"];
    expect(names(plan("evt.type = ptrace", { available }))).toEqual([
      "container/start",
      "syscall/sysno/101/exit",
    ]);
  });

  test("asks for execs from their beginning where rules look at gaps", () => {
    expect(names(plan("evt.type = gap"))).toEqual(
      expect.arrayContaining([
        "syscall/execve/enter",
        "syscall/execve/exit",
        "sentry/clone",
        "sentry/execve",
      ]),
    );
  });

  test("asks for optional fields where they are offered", () => {
    const planned = plan("evt.type = execve and proc.env contains x and proc.is_exe_upper_layer = true");
    expect(point(planned, "sentry/execve")?.optional_fields).toEqual(["binary_info"]);
    expect(point(planned, "container/start")?.optional_fields).toEqual(["env"]);
  });

  test("asks for nothing because of rules that are not enabled, or cannot fire", () => {
    const off =
      "- rule: r\n  desc: d\n  condition: evt.type = openat\n  output: o\n  priority: INFO\n  enabled: false\n";
    expect(planSession(mustLoad([{ name: "off.yaml", text: off }])).points).toEqual([]);
    expect(plan("evt.type = unlink and evt.arg.path = /x").points).toEqual([]);
  });
});

const base = ["time", "thread_id", "group_id", "container_id"];

function byPlace(planned: SessionPlan): (a: string, b: string) => number {
  return (a, b) => names(planned).indexOf(a) - names(planned).indexOf(b);
}

const shared = fileURLToPath(new URL("../../../../../shared/rules/", import.meta.url));
const files = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
const haveRules = existsSync(shared);
if (!haveRules) console.warn(`*** NOT TESTED with the public rules: there is no ${shared} ***`);

describe.skipIf(!haveRules)("planSession of the public rules", () => {
  test.each(["exact", "lean"] as const)("takes from no rule what it needs to fire (%s)", async (fidelity) => {
    const sources = await Promise.all(
      files.map(async (name) => ({ name, text: await readFile(`${shared}${name}`, "utf8") })),
    );
    const rules = mustLoad(sources);
    const planned = planSession(rules, { fidelity, arch: "x64" });
    const stream = streamOf({ points: planned.points }, { arch: "x64", seeded: true });
    const canFire = coverageOf(rules).filter((rule) => rule.enabled && rule.canFire);
    const still = new Map(coverageOf(rules, { stream }).map((each) => [each.rule, each]));
    for (const { rule, eventTypes } of canFire) {
      expect(still.get(rule)?.eventTypes, rule).toEqual(eventTypes);
      expect(
        still.get(rule)?.reasons.filter(({ kind }) => kind.startsWith("missing")),
        rule,
      ).toEqual([]);
    }
    expect(canFire.length).toBeGreaterThan(50);
    expect(names(planned).filter((name) => /close|fcntl|read|write/.test(name))).toEqual([]);
  });
});
