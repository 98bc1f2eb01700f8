import { setImmediate } from "node:timers/promises";
import { loadRules, type RuleSet } from "@sentrytap/rules";
import { SandboxEnd, type StreamItem, type TracedSandbox } from "@sentrytap/wire";
import { expect, it } from "vitest";
import { message } from "../../events/test/message.ts";
import { detect } from "./detect.ts";

const first: TracedSandbox = { id: "first", arch: "x64" };
const second: TracedSandbox = { id: "second", arch: "x64" };

/** Alerts on every chdir. */
const rules = ((): RuleSet => {
  const text =
    "- rule: moved\n  desc: a directory is changed\n  condition: evt.type = chdir\n  output: '%evt.arg.path'\n  priority: INFO\n";
  const loaded = loadRules([{ name: "rules.yaml", text }]);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.rules;
})();

function moved(sandbox: TracedSandbox, pathname: string): StreamItem {
  return message("SYSCALL_CHDIR", { pathname, exit: { result: 0n } }, sandbox);
}

it("lets a sandbox's messages wait for all that has been asked for, and others go on", async () => {
  const settle: (() => void)[] = [];
  const promise = (): Promise<void> => new Promise((resolve) => settle.push(resolve));
  const promises = [promise(), promise()];
  async function* messages(): AsyncGenerator<readonly StreamItem[]> {
    yield [moved(second, "/a"), moved(first, "/b"), moved(second, "/c"), moved(first, "/d")];
    yield [new SandboxEnd(first), moved(second, "/e")];
  }
  const waitFor = promises.map(
    (each) =>
      ({ sandbox }: StreamItem) =>
        sandbox === first ? each : undefined,
  );
  const alerts = detect(messages(), { rules, waitFor });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { output } of alerts) seen.push(output);
  })();
  await setImmediate();
  expect(seen).toEqual(["/a", "/c", "/e"]);
  expect(alerts.waiting()).toEqual({ held: 3, released: 0, early: 0 });
  settle[1]?.();
  await setImmediate();
  expect(seen).toHaveLength(3);
  settle[0]?.();
  await reading;
  expect(seen).toEqual(["/a", "/c", "/e", "/b", "/d"]);
  expect(alerts.waiting()).toEqual({ held: 0, released: 3, early: 0 });
});

it("lets messages go on early where 32 MiB of a sandbox wait", async () => {
  const long = `/${"a".repeat(1024 * 1024)}`;
  const never = new Promise<void>(() => {});
  async function* messages(): AsyncGenerator<readonly StreamItem[]> {
    for (let i = 0; i < 40; i++) yield [moved(first, long)];
  }
  const alerts = detect(messages(), {
    rules,
    waitFor: [() => (alerts.waiting().early === 0 ? never : undefined)],
  });
  let seen = 0;
  for await (const _ of alerts) seen++;
  expect(seen).toBe(40);
  expect(alerts.waiting()).toMatchObject({ held: 0, released: 0, early: 32 });
});
