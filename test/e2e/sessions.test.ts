import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sentrytap } from "../../packages/cli/test/command.ts";
import { describeWithRunsc, type RunningSandbox, type Runsc, startSandbox } from "./runsc.ts";
import { type Detecting, type PrintedAlert, startDetect } from "./sentrytap.ts";

function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const rules = `
- rule: counted
  desc: A program that is told a number.
  condition: evt.type = execve and proc.name = true and proc.args startswith n
  output: "%proc.args of %proc.pname %proc.aname[2] in %container.id"
  priority: INFO
`;

/** Gives a number to a program every now and then. */
const counting = "for ((n = 0; ; n++)); do /bin/true n $n; read -t 0.05 < /dev/zero; done";

/** What the program was told. */
function numberOf(alert: PrintedAlert): number {
  return Number(String(alert.output_fields["proc.args"]).slice(2));
}

describeWithRunsc("sentrytap with sandboxes that run already", (runsc: Runsc) => {
  async function start(script: string): Promise<RunningSandbox> {
    const running = startSandbox({ runsc, args: ["/bin/bash", "-c", script] });
    const isUp = async (): Promise<boolean> =>
      (await running.runsc("exec", running.containerId, "/bin/true")).exitCode === 0;
    await expect.poll(isUp, { timeout: 10_000 }).toBe(true);
    return running;
  }

  function where({ root }: RunningSandbox): readonly string[] {
    return ["--root", root, "--runsc", runsc.path];
  }

  async function listed(running: RunningSandbox): Promise<readonly unknown[]> {
    return (await sentrytap(["sessions", "list", "--json", ...where(running)])).json;
  }

  test("detect --attach watches them, comes back after kill -9, and takes its sessions along when it stops", async () => {
    const folder = testFolder();
    const socket = join(folder, "s.sock");
    const file = join(folder, "rules.yaml");
    writeFileSync(file, rules);
    const running = await start(counting);
    const id = running.containerId;
    const detect = (): Promise<Detecting> =>
      startDetect(socket, "-r", file, "--containers=off", "--attach", ...where(running));

    const first = await detect();
    await first.alert(() => first.alerts.length >= 5);
    expect(await listed(running)).toMatchObject([{ id, session: true, consumer: "alive", dropped: 0 }]);
    await first.stop("SIGKILL");
    expect(await listed(running)).toMatchObject([{ id, session: true, consumer: "gone" }]);

    const second = await detect();
    await second.alert(() => second.alerts.length >= 5);
    expect(second.said()).toBe(
      `sentrytap: sandbox ${id.slice(0, 12)} is attached again: nobody read its session, and what it told is lost\n`,
    );
    await second.stop();
    expect(await listed(running)).toMatchObject([{ id, session: false, consumer: "none", dropped: null }]);

    for (const { alerts } of [first, second]) {
      // One after the other, none twice: what the first program of the sandbox is told.
      const numbers = alerts.map(numberOf);
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
      // The first may have been born before the session, and have ended before it could be asked about.
      for (const { output } of alerts.slice(1))
        expect(output).toContain(`of bash <NA> in ${id.slice(0, 12)}`);
    }
    const [last, next] = [first.alerts.at(-1), second.alerts[0]];
    expect(next && numberOf(next)).toBeGreaterThan((last && numberOf(last)) ?? 0);
  });

  test("sessions list, attach and detach, for people and programs", async () => {
    const socket = join(testFolder(), "s.sock");
    const running = await start(counting);
    const id = running.containerId;
    const short = id.slice(0, 12);
    const at = ["--endpoint", socket, ...where(running)];

    const refused = await sentrytap(["sessions", "attach", ...at]);
    expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("connect(") });

    const detecting = await startDetect(socket, "--containers=off");
    expect(await sentrytap(["sessions", "attach", ...at, short])).toMatchObject({
      code: 0,
      stdout: `${short} attached\n`,
      stderr: "",
    });
    expect(await sentrytap(["sessions", "attach", ...at])).toMatchObject({
      code: 0,
      stdout: `${short} left alone: somebody reads its session\n`,
    });
    expect(await sentrytap(["sessions", "attach", "--json", ...at, id])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`{"id":"${id}","root":"${running.root}","result":"in-use"`),
    });
    expect(await sentrytap(["sessions", "attach", "--take-over", ...at, short])).toMatchObject({
      stdout: `${short} attached, in place of a session that somebody read\n`,
    });
    expect(await sentrytap(["sessions", "detach", ...where(running)])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ left alone: /),
    });
    const table = await sentrytap(["sessions", "list", ...where(running)]);
    expect(table.stdout.split("\n")[0]).toMatch(/^sandbox +session +reader +dropped +process +root$/);
    expect(table.stdout.split("\n")[1]).toMatch(new RegExp(`^${short} +yes +alive +[0-9]+ +[0-9]+ +/`));

    await detecting.stop("SIGKILL");
    expect(await sentrytap(["sessions", "detach", ...where(running)])).toMatchObject({
      code: 0,
      stdout: `${short} detached\n`,
    });
    expect(await sentrytap(["sessions", "detach", ...where(running), short])).toMatchObject({
      stdout: `${short} has no session\n`,
    });
    expect(await sentrytap(["sessions", "detach", ...where(running), "nobody"])).toMatchObject({
      code: 1,
      stderr: "sentrytap: nobody: no sandbox that runs has this id\n",
    });
  });
});
