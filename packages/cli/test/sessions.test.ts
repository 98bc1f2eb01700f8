import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Ran, sentrytap } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "sentrytap-sessions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [one, two] = [`a1${"0".repeat(62)}`, `a2${"0".repeat(62)}`];
const bad = `c\u009b${"0".repeat(62)}`;

/** A runsc with these containers, whose first has a session. */
function fakeRunsc(ids: readonly string[]): string {
  const listed = ids.map((id) => ({ id, pid: process.pid, status: "running", bundle: "/b" }));
  const path = join(folder, `runsc-${ids.length}`);
  const script = `
case "$*" in
  *" list --format=json") cat <<'EOT'
${JSON.stringify(listed)}
EOT
  ;;
  *"trace list -- ${one}") printf 'SESSIONS (1)\\n"Default"\\n\\tSink: "remote", dropped: 7\\n';;
  *"trace list -- ${two}") echo 'SESSIONS (0)';;
  *"trace delete"*${two}) echo 'deleting session: deleting trace session: session "Default" not found' >&2; exit 1;;
  *) printf 'no \\033[31m such call' >&2; exit 128;;
esac`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const runsc = fakeRunsc([one, two]);

function sessions(...args: readonly string[]): Promise<Ran> {
  return sentrytap(["sessions", ...args, "--root", folder, "--runsc", runsc]);
}

describe("sentrytap sessions", () => {
  it("lists sandboxes in a table, and as JSON", async () => {
    const { code, stdout } = await sessions("list");
    expect({ code, lines: stdout.trimEnd().split("\n").length }).toEqual({ code: 0, lines: 3 });
    expect(stdout).toMatch(/^a10000000000 {2}yes {6}(alive|gone|-) +7 {8}[0-9]+ +/m);
    expect(stdout).toMatch(/^a20000000000 {2}no {7}- {7}- {8}/m);
    const { json } = await sessions("list", "--json");
    expect(json).toMatchObject([
      { id: one, root: folder, pid: process.pid, session: true, dropped: 7, error: null },
      { id: two, session: false, dropped: null },
    ]);
  });

  it("tells of a sandbox that cannot be asked, in signs that a terminal can show", async () => {
    const { code, stdout, stderr } = await sessions("attach", one, "--endpoint", "/nobody.sock");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^sentrytap: a10+: .*no \\u001b\[31m such call\n$/);
  });

  it("takes the beginning of an id for the only one that has it", async () => {
    expect(await sessions("detach", "a2")).toMatchObject({
      code: 0,
      stdout: "a20000000000 has no session\n",
    });
    for (const [id, why] of [
      ["a", "several sandboxes have it"],
      ["b", "no sandbox that runs has this id"],
    ] as const) {
      expect(await sessions("detach", id)).toEqual(
        expect.objectContaining({ code: 1, stdout: "", stderr: `sentrytap: ${id}: ${why}\n` }),
      );
    }
  });

  it("says that nothing runs, and where it cannot be looked", async () => {
    const nothing = fakeRunsc([]);
    expect(await sentrytap(["sessions", "list", "--root", folder, "--runsc", nothing])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("no sandbox runs"),
    });
    const { code, stderr } = await sentrytap(["sessions", "list", "--root", folder, "--runsc", "/nowhere"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("/nowhere does not start") });
  });

  it.each([
    ["detect", "--listen", join(folder, "s.sock"), "--root", folder],
    ["detect", "--listen", join(folder, "s.sock"), "--no-seed"],
    ["detect", "--listen", join(folder, "s.sock"), "--look-every", "3"],
    ["detect", "--attach", "x.trace"],
    ["sessions", "list", "--root", "relative", "--runsc", runsc],
    ["sessions", "attach", "--endpoint", "relative"],
    ["sessions", "list", bad],
  ])("is called wrongly: %s %s %s %s %s", async (...args) => {
    expect(await sentrytap(args.filter((arg) => arg !== undefined))).toMatchObject({ code: 2, stdout: "" });
  });
});
