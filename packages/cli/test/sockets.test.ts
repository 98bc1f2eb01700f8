import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSentryServer } from "sentrytap";
import { afterAll, expect, test } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";
import { sentrytap } from "./command.ts";
import { start } from "./start.ts";

const folder = mkdtempSync(join(tmpdir(), "sentrytap-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const recording = tracePath("touch_bin.2024");

const lines = (text: string): string[] => text.trimEnd().split("\n");

test.each(["SIGINT", "SIGTERM"] as const)(
  "detect --listen gives the same alerts as from the file, until %s",
  async (signal) => {
    const socket = join(folder, `${signal}.sock`);
    const { child, ended } = await start(socket, "detect");
    const replayed = await sentrytap(["replay", recording, "--connect", socket, "--connections", "2"]);
    expect(replayed).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/570 messages sent/),
    });
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const alone = lines((await sentrytap(["detect", recording])).stdout);
    expect(lines(stdout).sort()).toEqual([...alone, ...alone].sort());
    expect(existsSync(socket)).toBe(false);
  },
);

test("detect --listen reads its rules again on SIGHUP, and keeps those it has where they are wrong", async () => {
  const socket = join(folder, "reload.sock");
  const file = join(folder, "reload.yaml");
  const write = (name: string, condition = "evt.type = execve"): void =>
    writeFileSync(
      file,
      `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: "%evt.num"\n  priority: INFO\n`,
    );
  write("before");
  const each = (await sentrytap(["detect", "--rules", file, recording])).json.length;
  const { child, said, printed, ended } = await start(socket, "detect", "--rules", file);
  const replay = async (times: number): Promise<void> => {
    await sentrytap(["replay", recording, "--connect", socket]);
    await expect.poll(() => lines(printed()).length).toBe(times * each);
  };
  const reload = async (told: RegExp): Promise<void> => {
    const earlier = said().length;
    child.kill("SIGHUP");
    await expect.poll(() => said().slice(earlier)).toMatch(told);
  };
  await replay(1);
  write("broken", "evt.type = nothing");
  await reload(
    /reload\.yaml:3:\d+: error [\s\S]*the rules were not replaced: those that were there before stay/,
  );
  await replay(2);
  write("after");
  await reload(/the rules were read again: 1 of 1 are enabled/);
  await replay(3);
  child.kill("SIGTERM");
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  const alerts = lines(stdout).map((line) => JSON.parse(line) as { rule: string; output: string });
  expect(alerts.map(({ rule }) => rule)).toEqual([
    ...Array<string>(2 * each).fill("before"),
    ...Array<string>(each).fill("after"),
  ]);
  // The count of events goes on: no two alerts are of one event, and they come in order.
  const numbers = alerts.map(({ output }) => Number(output.split(" ").at(-1)));
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test("detect --workers prints the same lines, reads its rules again and tells what became of each", async () => {
  const socket = join(folder, "workers.sock");
  const file = join(folder, "workers.yaml");
  const write = (name: string, condition = "evt.type = execve"): void =>
    writeFileSync(
      file,
      `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: "%proc.cmdline"\n  priority: INFO\n`,
    );
  write("before");
  const alone = lines((await sentrytap(["detect", "--rules", file, recording])).stdout);
  const { child, said, printed, ended } = await start(
    socket,
    ...["detect", "--rules", file, "--workers", "2", "--containers", "off", "--stats"],
  );
  const replay = async (): Promise<void> => {
    const earlier = printed().length === 0 ? 0 : lines(printed()).length;
    await sentrytap(["replay", recording, "--connect", socket, "--connections", "3"]);
    await expect.poll(() => lines(printed()).length).toBe(earlier + 3 * alone.length);
  };
  const reload = async (told: RegExp): Promise<void> => {
    const earlier = said().length;
    child.kill("SIGHUP");
    await expect.poll(() => said().slice(earlier)).toMatch(told);
  };
  await replay();
  expect(lines(printed()).sort()).toEqual([...alone, ...alone, ...alone].sort());
  write("broken", "evt.type = nothing");
  await reload(/workers\.yaml:3:\d+: error [\s\S]*the rules were not replaced: those that were there before/);
  write("after");
  await reload(/the rules were read again: 1 of 1 are enabled/);
  await replay();
  child.kill("SIGTERM");
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(0);
  expect(existsSync(socket)).toBe(false);
  expect(lines(stdout).filter((line) => line.includes('"rule":"after"'))).toHaveLength(3 * alone.length);
  expect(stderr).toMatch(new RegExp(`, ${6 * alone.length} alerts; `));
  expect(stderr).toMatch(/\bafter\n/);
});

test.each([
  [["--workers", "2"], /name trace files, or a socket/],
  [["--workers", "2", recording], /--workers goes with --listen/],
  [
    ["--workers", "2", "--listen", join(folder, "no.sock"), "--attach"],
    /--attach does not go with --workers/,
  ],
  [["--workers", "65", "--listen", join(folder, "no.sock")], /workers must be a whole number from 1 to 64/],
  [["--workers", "1.5", "--listen", join(folder, "no.sock")], /whole number/],
  [
    ["--workers", "2", "--listen", join(folder, "no.sock"), "--rules", "/nowhere.yaml"],
    /cannot read the rules file \/nowhere/,
  ],
])("detect %j is refused", async (args, why) => {
  const { code, stderr } = await sentrytap(["detect", ...args]);
  expect(stderr).toMatch(why);
  expect(code).toBe(2);
});

test("detect --listen judges every event once, however often the rules are read again", async () => {
  const socket = join(folder, "often.sock");
  const file = join(folder, "often.yaml");
  writeFileSync(
    file,
    '- rule: r\n  desc: d\n  condition: evt.type = execve\n  output: "%evt.num"\n  priority: INFO\n',
  );
  const each = (await sentrytap(["detect", "--rules", file, recording])).json.length;
  const { child, said, ended } = await start(socket, "detect", "--rules", file);
  const hangups = setInterval(() => child.kill("SIGHUP"), 5);
  await sentrytap(["replay", recording, "--connect", socket, "--loops", "40", "--rate", "10000"]);
  clearInterval(hangups);
  expect(said().match(/read again/g)?.length).toBeGreaterThan(10);
  child.kill("SIGTERM");
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  const numbers = lines(stdout).map((line) => Number(JSON.parse(line).output.split(" ").at(-1)));
  expect(numbers).toHaveLength(40 * each);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test("record writes what came, byte for byte", async () => {
  const socket = join(folder, "record.sock");
  const out = join(folder, "out");
  const { child, ended } = await start(socket, "record", "--out", out);
  for (let n = 0; n < 2; n++) {
    expect((await sentrytap(["replay", recording, "--connect", socket])).code).toBe(0);
  }
  await expect.poll(() => readdirSync(out).length).toBe(2);
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: 0, stdout: "", stderr: "" });
  for (const file of readdirSync(out)) {
    expect(file).toMatch(/^[0-9a-f]{64}(\.2)?\.trace$/);
    expect(readFileSync(join(out, file)).equals(readFileSync(recording))).toBe(true);
  }
});

test("record follows no link out of its directory", async () => {
  const socket = join(folder, "link.sock");
  const out = join(folder, "links");
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(out);
  const [id] = (await sentrytap(["events", recording])).json.map(({ container }) => container);
  symlinkSync(elsewhere, join(out, `${id}.trace`));
  const { child, ended } = await start(socket, "record", "--out", out);
  await sentrytap(["replay", recording, "--connect", socket]);
  child.kill("SIGTERM");
  await ended;
  expect(existsSync(elsewhere)).toBe(false);
  expect(statSync(join(out, `${id}.2.trace`)).size).toBe(statSync(recording).size);
});

test("replay ends where one of its connections fails", async () => {
  const path = join(folder, "full.sock");
  await using server = await createSentryServer({ path, maxConnections: 1 });
  const read = (async () => {
    for await (const _ of server.batches());
  })();
  const args = ["replay", recording, "--connect", path, "--connections", "2", "--loops", "1000000"];
  const { code, stderr } = await sentrytap([...args, "--rate", "1000"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/full\.sock/) });
  await expect.poll(() => server.stats()).toMatchObject({ connected: 1, sandboxes: [] });
  await server.close();
  await read;
});

test("replay holds to a rate", async () => {
  const socket = join(folder, "rate.sock");
  const { child, ended } = await start(socket, "detect");
  const before = performance.now();
  await sentrytap(["replay", recording, "--connect", socket, "--rate", "400"]);
  expect(performance.now() - before).toBeGreaterThan(500);
  child.kill("SIGTERM");
  await ended;
});

test("replay to nobody, and a socket that is taken: exit code 1", async () => {
  const missing = await sentrytap(["replay", recording, "--connect", join(folder, "nobody.sock")]);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/nobody\.sock/) });
  const socket = join(folder, "taken.sock");
  const { child, ended } = await start(socket, "detect");
  expect(await sentrytap(["detect", "--listen", socket])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/taken\.sock/),
  });
  child.kill("SIGTERM");
  await ended;
});

test("record goes on where one file cannot be made, and says so", async () => {
  const socket = join(folder, "vanished.sock");
  const out = join(folder, "vanished");
  const { child, said, ended } = await start(socket, "record", "--out", out);
  rmSync(out, { recursive: true });
  expect((await sentrytap(["replay", recording, "--connect", socket])).code).toBe(0);
  await expect.poll(said).toMatch(/is recorded no further: cannot write the trace file: ENOENT/);
  mkdirSync(out);
  expect((await sentrytap(["replay", recording, "--connect", socket])).code).toBe(0);
  await expect.poll(() => readdirSync(out).length).toBe(1);
  child.kill("SIGTERM");
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});
