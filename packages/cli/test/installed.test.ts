import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const packages = fileURLToPath(new URL("../../", import.meta.url));

/** Puts what npm would publish of a package where npm would install it. */
function install(folder: string, into: string): void {
  const name = folder === "sentrytap" ? folder : `@sentrytap/${folder}`;
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", into];
  const told = execFileSync("npm", args, { cwd: join(packages, folder), encoding: "utf8", stdio: "pipe" });
  const [{ filename }] = JSON.parse(told) as [{ readonly filename: string }]; // as npm-pack(1) says
  const target = join(into, "node_modules", name);
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", join(into, filename), "-C", target, "--strip-components=1"]);
}

test("installed, the command finds the starter rules and the addon in the packages beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-installed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const each of ["cli", "sentrytap", "seqpacket"]) install(each, folder);
  const command = join(folder, "node_modules", "@sentrytap", "cli");
  const bin = join(command, "bin", "sentrytap.js");
  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [bin, ...args], { cwd: folder, encoding: "utf8", stdio: "pipe" });

  expect(run("--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(JSON.parse(run("config", "--endpoint", "/run/s.sock"))).toHaveProperty("trace_session");
  // Nobody listens there, which only the addon can find out.
  const trace = fileURLToPath(new URL("../../../test/traces/cat_shadow.2024.trace", import.meta.url));
  expect(() => run("replay", trace, "--connect", join(folder, "none.sock"))).toThrow(/ENOENT/);

  const licences = readFileSync(join(command, "dist", "bundle", "LICENCES.txt"), "utf8");
  for (const name of ["commander", "eventemitter3", "re2js", "yaml"]) {
    expect(licences).toMatch(new RegExp(`^${name} \\d.*\\n\\n[^]*Copyright`, "m"));
  }
});
