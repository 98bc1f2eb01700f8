import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sentrytap } from "./command.ts";

let folder: string;
let unit: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sentrytap-cli-"));
  unit = join(folder, "sentrytap.service");
  writeFileSync(join(folder, "runsc"), "#!/bin/sh\necho runsc version release-20240729.0\n", { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const install = (...more: readonly string[]): ReturnType<typeof sentrytap> =>
  sentrytap(["install", "--systemd", "--unit", unit, "--runsc", join(folder, "runsc"), ...more]);
const uninstall = (...more: readonly string[]): ReturnType<typeof sentrytap> =>
  sentrytap(["uninstall", "--systemd", "--unit", unit, ...more]);

/** The values of a key of the unit. */
function valuesOf(key: string): readonly string[] {
  const lines = readFileSync(unit, "utf8").split("\n");
  return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

describe("sentrytap install --systemd", () => {
  it("shows the unit, and writes it with --apply, once", async () => {
    const shown = await install();
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing was changed") });
    expect(existsSync(unit)).toBe(false);
    const done = await install("--apply");
    expect(done.stderr).toContain("systemctl daemon-reload && systemctl enable sentrytap");
    const text = readFileSync(unit, "utf8");
    const added = shown.stdout.split("\n").flatMap((line) => /^\+(?!\+\+)(.*)/.exec(line)?.[1] ?? []);
    expect(`${added.join("\n")}\n`).toBe(text);
    expect((await install("--apply")).stderr).toContain("there is nothing to do");
  });

  it("has no sign of a name end a line of the unit", async () => {
    // systemd ends lines at carriage returns, too (read_line_full in its src/basic/fileio.c).
    const rules = join(folder, "x\rExecStartPre=touch \u001b[2J.yaml");
    writeFileSync(rules, "- list: a\n  items: [b]\n");
    await install("--apply", "-r", rules);
    const [command = ""] = valuesOf("ExecStart");
    expect(command).toContain(` --attach --runsc ${folder}/runsc `);
    expect(command).toContain(` -r "${folder}/x\\x0dExecStartPre=touch \\x1b[2J.yaml"`);
    expect(valuesOf("ExecStartPre")).toEqual([]);
    expect(readFileSync(unit, "utf8")).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it("runs detect with the rules that were named, wherever systemd starts it", async () => {
    const rules = join(folder, 'my "own" rules.yaml');
    writeFileSync(
      rules,
      "- rule: A $1 100%\n  desc: d\n  condition: evt.type = open\n  output: o\n  priority: INFO\n",
    );
    const selection = ["-t", "x", "-E", "A $1 100%", "-D", "B*", "-T", "y z", "--priority", "info"];
    await install("--apply", "-r", rules, ...selection, "--arch", "arm64", "--fidelity", "lean");
    const [command = ""] = valuesOf("ExecStart");
    expect(command).toMatch(
      /^\/\S+ \/\S+\/packages\/cli\/bin\/sentrytap\.js detect --listen \/run\/sentrytap\/sentrytap\.sock /,
    );
    expect(command).toContain(` --attach --runsc ${folder}/runsc `);
    expect(command).toContain(` -r "${folder}/my \\"own\\" rules.yaml" `);
    const chosen =
      '--tag x --enable "A $$1 100%%" --disable "B*" --skip-tag "y z" --priority Informational --fidelity lean --arch arm64';
    expect(command.endsWith(chosen)).toBe(true);
  });

  it("says what the service would not see", async () => {
    const rules = join(folder, "empty.yaml");
    writeFileSync(rules, "[]");
    const isHidden = folder.startsWith("/tmp/");
    expect((await install("-r", rules)).stderr.includes(`in which there is no ${rules}`)).toBe(isHidden);
  });

  it("has a folder for the socket", async () => {
    await install("--apply", "-e", "/run/watch/s.sock");
    expect(valuesOf("RuntimeDirectory")).toEqual(["watch"]);
    for (const endpoint of ["/run/s.sock", "/tmp/x/s.sock", "/run/a b/s.sock", "/run/../s.sock"]) {
      const { code, stderr } = await install("-e", endpoint);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("a folder of its own") });
    }
  });

  it("writes its own unit anew, and no other", async () => {
    await install("--apply");
    await install("--apply", "-e", "/run/other/s.sock");
    expect(valuesOf("RuntimeDirectory")).toEqual(["other"]);
    writeFileSync(unit, readFileSync(unit, "utf8").replace("Restart=always", "Restart=no"));
    for (const ran of [await install("--apply"), await uninstall("--apply")]) {
      expect(ran).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("was changed since it was installed"),
      });
    }
    writeFileSync(unit, "[Service]\n");
    const { code, stderr } = await install("--apply");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("was not installed by this"),
    });
    expect(readFileSync(unit, "utf8")).toBe("[Service]\n");
  });

  it("leaves a unit that is masked", async () => {
    symlinkSync("/dev/null", unit);
    const { code, stderr } = await install("--apply");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("is no regular file") });
  });

  it("refuses rules that a service would not start with", async () => {
    const rules = join(folder, "wrong.yaml");
    writeFileSync(rules, "- rule: A\n  desc: d\n  condition: nonsense\n  output: o\n  priority: INFO\n");
    expect(await install("--apply", "-r", rules)).toMatchObject({ code: 2, stdout: "" });
    expect(existsSync(unit)).toBe(false);
  });

  it("refuses a runsc that does not run", async () => {
    rmSync(join(folder, "runsc"));
    expect(await install("--apply")).toMatchObject({ code: 1, stdout: "" });
    expect(existsSync(unit)).toBe(false);
  });

  it("refuses options of the other target", async () => {
    const { code, stderr } = await install("--config-file", "/etc/docker/daemon.json");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "sentrytap: --config-file goes with --docker, not with --systemd\n",
    });
  });

  it("is taken back, and told to be stopped before", async () => {
    await install("--apply");
    mkdirSync(join(folder, "multi-user.target.wants"));
    symlinkSync(unit, join(folder, "multi-user.target.wants/sentrytap.service"));
    const shown = await uninstall();
    expect(shown.stdout).toBe(`remove ${unit}\n`);
    expect(shown.stderr).toContain("first systemctl disable --now sentrytap");
    await uninstall("--apply");
    expect(existsSync(unit)).toBe(false);
    expect((await uninstall("--apply")).stderr).toContain("there is nothing to do");
  });
});
