import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunscError } from "@sentrytap/runsc";
import { describe, expect, it, onTestFinished } from "vitest";
import { containersOf, findSandboxes } from "../../src/attach/find-sandboxes.ts";
import { fakeRunsc, testFolder } from "../fake-runsc.ts";

interface Listed {
  readonly id: string;
  readonly pid?: number;
  readonly status?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A runsc that lists `containers` in every root. */
function listing(...containers: readonly Listed[]): string {
  const told = containers.map((each) => ({ pid: 1, status: "running", bundle: "/b", ...each }));
  return fakeRunsc(`cat <<'EOT'\n${JSON.stringify(told)}\nEOT`).runsc.path;
}

/** A program that waits where it is called without arguments, and else prints `json` with what is in the file `pid` beside it. */
function compiled(folder: string, json: string): string {
  const path = join(folder, "own-runsc");
  const source = `
    #include <stdio.h>
    #include <unistd.h>
    int main(int count, char **args) {
      if (count == 1) for (;;) pause();
      char pid[32] = "";
      FILE *file = fopen("${folder}/pid", "r");
      if (file == NULL || fgets(pid, sizeof pid, file) == NULL) return 1;
      printf("${json}", pid);
      return 0;
    }`;
  execFileSync("cc", ["-x", "c", "-o", path, "-"], { input: source });
  return path;
}

const inPodOf = (sandbox: string): Readonly<Record<string, string>> => ({
  "io.kubernetes.cri.container-type": "container",
  "io.kubernetes.cri.sandbox-id": sandbox,
});

describe("findSandboxes", () => {
  it("finds those that run, in every root", async () => {
    const roots = [testFolder(), testFolder()];
    const runsc = listing(
      { id: "a" },
      { id: "b", status: "created" },
      { id: "c", status: "paused" },
      { id: "d", status: "stopped" },
      { id: "e", status: "creating" },
      { id: "f", pid: -1 },
      { id: "g", status: "of a release to come" },
    );
    const { sandboxes, failures } = await findSandboxes({ runsc, roots });
    expect(failures).toEqual([]);
    expect(sandboxes.map(({ root, id, pid }) => [root, id, pid])).toEqual(
      roots.flatMap((root) => ["a", "b", "c", "g"].map((id) => [root, id, 1])),
    );
    expect(sandboxes[0]?.runsc.path).toBe(runsc);
  });

  it("names a root without links", async () => {
    const folder = testFolder();
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "link"));
    const { sandboxes } = await findSandboxes({ runsc: listing({ id: "a" }), roots: [join(folder, "link")] });
    expect(sandboxes.map(({ root }) => root)).toEqual([realpathSync(join(folder, "real"))]);
  });

  it("leaves out the further containers of a pod, and no others that say they are", async () => {
    const runsc = listing(
      { id: "pod", pid: 5 },
      { id: "further", pid: 5, annotations: inPodOf("pod") },
      { id: "liar", pid: 6, annotations: inPodOf("pod") },
      { id: "lost", pid: 7, annotations: inPodOf("nobody") },
    );
    const { sandboxes } = await findSandboxes({ runsc, roots: [testFolder()] });
    expect(sandboxes.map(({ id, containers }) => [id, containers])).toEqual([
      ["pod", ["pod", "further"]],
      ["liar", ["liar"]],
      ["lost", ["lost"]],
    ]);
  });

  it("tells where it could not look, and looks elsewhere", async () => {
    const { path } = fakeRunsc("case $1 in *bad) echo no >&2; exit 1;; *) echo '[]';; esac").runsc;
    const roots = [join(testFolder(), "bad"), testFolder()];
    const { sandboxes, failures } = await findSandboxes({ runsc: path, roots });
    expect(sandboxes).toEqual([]);
    expect(failures).toMatchObject([{ code: "ERR_RUNSC", reason: "failed" }]);
  });

  it("asks each by itself where one does not answer, which has runsc list none", async () => {
    const late = (what: string): RunscError => new RunscError(what, { reason: "timed-out" });
    const container = { status: "running", pid: 1, bundle: "/b", annotations: new Map() };
    const failures: unknown[] = [];
    const found = await containersOf(
      {
        list: () => Promise.reject(late("list")),
        ids: async () => ["a", "frozen", "b"],
        state: async (id) => {
          if (id === "frozen") throw late(`state ${id}`);
          return { ...container, id, sandboxId: id };
        },
      },
      (error) => {
        failures.push(error);
        return [];
      },
    );
    expect(found.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(failures).toMatchObject([{ message: "state frozen" }]);
  });

  it("drives each sandbox by the program that it runs, of several", async () => {
    const folder = testFolder();
    const own = compiled(
      folder,
      String.raw`[{\"id\":\"a\",\"pid\":%s,\"status\":\"running\",\"bundle\":\"/b\"}]`,
    );
    const child = spawn(own, [], { env: {} });
    onTestFinished(() => void child.kill());
    const { pid = 0 } = child;
    writeFileSync(join(folder, "pid"), String(pid));
    const other = listing({ id: "a", pid }, { id: "b" });
    for (const runsc of [
      [own, other],
      [other, own],
    ]) {
      const { sandboxes } = await findSandboxes({ runsc, roots: [folder] });
      expect(new Map(sandboxes.map(({ id, runsc: { path } }) => [id, path]))).toEqual(
        new Map([
          ["a", own],
          ["b", other],
        ]),
      );
    }
  });

  it.each<[string, object]>([
    ["runsc must name", { runsc: [] }],
    ["root must be", { runsc: "/bin/true", roots: ["relative"] }],
    ["path must be", { runsc: "" }],
  ])("refuses what cannot be: %s", async (message, options) => {
    await expect(findSandboxes(options)).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining(message),
    });
  });
});
