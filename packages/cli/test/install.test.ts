import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sentrytap } from "./command.ts";

const metadata = fileURLToPath(new URL("../../runsc/test/runsc/trace-metadata.2024.txt.gz", import.meta.url));
const fakeRunsc = `#!/bin/sh
case "$*" in
*metadata*) exec gzip -dc "${metadata}" ;;
*) echo runsc version release-20240729.0 ;;
esac
`;

let folder: string;
let daemonJson: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sentrytap-cli-"));
  daemonJson = join(folder, "daemon.json");
  writeFileSync(join(folder, "runsc"), fakeRunsc, { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = '{\n  "debug": true\n}\n';

function options(): readonly string[] {
  return ["--docker", "--config-file", daemonJson];
}

function install(...more: readonly string[]): ReturnType<typeof sentrytap> {
  const podInit = join(folder, "pod-init.json");
  return sentrytap([
    "install",
    ...options(),
    "--runsc",
    join(folder, "runsc"),
    "--pod-init",
    podInit,
    ...more,
  ]);
}

describe("sentrytap install --docker", () => {
  it("shows what it would change, and changes nothing", async () => {
    writeFileSync(daemonJson, text);
    const { code, stdout, stderr } = await install("-e", "/run/s.sock");
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `write ${daemonJson}.sentrytap, mode 0644: what is installed here, for sentrytap uninstall`,
      `write ${daemonJson}.before-sentrytap, mode 0644: daemon.json as it is now`,
      expect.stringMatching(/pod-init\.json, mode 0640: \d+ points, to \/run\/s\.sock$/),
      `--- ${daemonJson}`,
      `+++ ${daemonJson}`,
      "@@ -1,3 +1,11 @@",
      " {",
      '-  "debug": true',
      '+  "debug": true,',
      '+  "runtimes": {',
      '+    "runsc": {',
      `+      "path": "${join(folder, "runsc")}",`,
      '+      "runtimeArgs": [',
      `+        "--pod-init-config=${join(folder, "pod-init.json")}"`,
      "+      ]",
      "+    }",
      "+  }",
      " }",
      "",
    ]);
    expect(stderr).toBe(
      "sentrytap: nothing was changed: --apply does it\nsentrytap: the session is what the starter rules need: -r names others\n",
    );
    expect(readFileSync(daemonJson, "utf8")).toBe(text);
    expect(existsSync(join(folder, "pod-init.json"))).toBe(false);
  });

  it("does it with --apply, once, and uninstall takes it back", async () => {
    writeFileSync(daemonJson, text);
    const done = await install("--apply", "--runtime", "watched");
    expect(done.stderr).toContain("systemctl reload docker");
    expect(JSON.parse(readFileSync(daemonJson, "utf8"))).toHaveProperty("runtimes.watched");
    const again = await install("--apply", "--runtime", "watched");
    expect(again).toMatchObject({ code: 0, stdout: "", stderr: "sentrytap: there is nothing to do\n" });

    const shown = await sentrytap(["uninstall", ...options(), "--runtime", "watched"]);
    expect(shown.stdout).toContain(`remove ${join(folder, "pod-init.json")}\n`);
    expect(JSON.parse(readFileSync(daemonJson, "utf8"))).toHaveProperty("runtimes.watched");
    const back = await sentrytap(["uninstall", ...options(), "--runtime", "watched", "--apply"]);
    expect(back.code).toBe(0);
    expect(readFileSync(daemonJson, "utf8")).toBe(text);
    expect(existsSync(join(folder, "pod-init.json"))).toBe(false);
  });

  it("takes paths from where it is called, as shells do", async () => {
    writeFileSync(daemonJson, text);
    daemonJson = relative(process.cwd(), daemonJson);
    const podInit = relative(process.cwd(), join(folder, "pod-init.json"));
    expect(await install("--pod-init", podInit, "--apply")).toMatchObject({ code: 0 });
    expect(readFileSync(daemonJson, "utf8")).toContain(`--pod-init-config=${folder}/pod-init.json`);
    expect(await sentrytap(["uninstall", ...options(), "--apply"])).toMatchObject({ code: 0 });
    expect(readFileSync(daemonJson, "utf8")).toBe(text);
  });

  it("says where a daemon.json is wrong, with exit code 2", async () => {
    writeFileSync(daemonJson, '{\n  "debug": yes\n}\n');
    const { code, stdout, stderr } = await install("--apply");
    const message = `${daemonJson}:2:12: error: no JSON: a value must stand here, not "yes\\n}\\n"\n`;
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: message });
    expect(existsSync(join(folder, "pod-init.json"))).toBe(false);
  });

  it("fails with exit code 1 where a file cannot be written", async () => {
    daemonJson = join(folder, "runsc/daemon.json");
    const { code, stderr } = await install("--apply");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("ENOTDIR") });
  });

  it("must be told what for", async () => {
    const { code, stderr } = await sentrytap(["install"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "sentrytap: say what for: --docker or --systemd\n" });
  });
});
