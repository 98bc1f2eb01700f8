import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getuid } from "node:process";
import { createRunsc, findRoots, findRunsc } from "@sentrytap/runsc";
import { describe, expect, it, vi } from "vitest";
import { rootsIn } from "../src/driver/find-roots.ts";
import { asNobody, testFolder } from "./fake-runsc.ts";

describe("findRoots", () => {
  it("knows the folders of Docker, containerd and runsc, of root and of users, each once", async () => {
    const folder = testFolder();
    const run = join(folder, "run");
    for (const path of [
      "docker/runtime-runc/moby",
      "docker/runtime-runsc-kvm/moby",
      "docker/runtime-runc/plugins.moby",
      "docker/containerd/daemon",
      "containerd/runsc/k8s.io",
      "containerd/runsc/moby",
      "containerd/runc/default",
      "containerd/s",
      "runsc",
      "user/1000/docker/runtime-runc/moby",
      "user/1000/runsc",
      "user/0",
    ]) {
      mkdirSync(join(run, path), { recursive: true });
    }
    writeFileSync(join(run, "containerd/runsc/config.toml"), "");
    symlinkSync("/nowhere", join(run, "containerd/runsc/gone"));
    mkdirSync(join(folder, "var"));
    symlinkSync("../run", join(folder, "var/run"));

    const roots = await rootsIn(run, join(folder, "var/run"), join(run, "user/1000"), join(folder, "none"));
    expect(roots.map(({ path, of, namespace }) => [path.slice(run.length + 1), of, namespace])).toEqual([
      ["docker/runtime-runc/moby", "docker", "moby"],
      ["docker/runtime-runc/plugins.moby", "docker", "plugins.moby"],
      ["docker/runtime-runsc-kvm/moby", "docker", "moby"],
      ["containerd/runsc/k8s.io", "containerd", "k8s.io"],
      ["containerd/runsc/moby", "containerd", "moby"],
      ["containerd/runc/default", "containerd", "default"],
      ["runsc", "runsc", undefined],
      ["user/1000/docker/runtime-runc/moby", "docker", "moby"],
      ["user/1000/runsc", "runsc", undefined],
    ]);
  });

  it.runIf(getuid?.() === 0)(
    "leaves alone what is of other users, who could have root make files",
    async () => {
      const run = testFolder();
      mkdirSync(join(run, "user/1000/runsc"), { recursive: true });
      mkdirSync(join(run, "user/0/runsc"), { recursive: true });
      chownSync(join(run, "user/1000"), 1000, 1000);
      const paths = async (): Promise<readonly string[]> => {
        const roots = await rootsIn(run, join(run, "user/1000"));
        return roots.map(({ path }) => path.slice(run.length + 1));
      };
      expect(await paths()).toEqual(["user/0/runsc"]);
      asNobody(run);
      expect(await paths()).toEqual(["user/0/runsc"]);
    },
  );

  it("finds none where there are none", async () => {
    expect(await rootsIn(testFolder())).toEqual([]);
  });

  it("says so where it may not look, and finds nothing", async () => {
    const folder = testFolder();
    mkdirSync(join(folder, "docker"));
    chmodSync(join(folder, "docker"), 0);
    asNobody(folder);
    await expect(rootsIn(folder)).rejects.toEqual(
      expect.objectContaining({ code: "ERR_RUNSC", reason: "no-permission" }),
    );
    mkdirSync(join(folder, "runsc"));
    expect(await rootsIn(folder)).toHaveLength(1);
  });

  it("looks at this machine", async () => {
    const roots = await findRoots();
    expect(roots.filter(({ path }) => !path.startsWith("/"))).toEqual([]);
  });
});

describe("findRunsc", () => {
  it("takes the first program of that name on the PATH", () => {
    const folder = testFolder();
    for (const name of ["a", "b", "c"]) mkdirSync(join(folder, name));
    mkdirSync(join(folder, "a/runsc"));
    writeFileSync(join(folder, "b/runsc"), "", { mode: 0o644 });
    writeFileSync(join(folder, "c/runsc"), "", { mode: 0o755 });
    vi.stubEnv("PATH", ["relative", "", ...["a", "b", "c"].map((name) => join(folder, name))].join(":"));
    expect(findRunsc()).toBe(join(folder, "c/runsc"));
    expect(createRunsc({ root: "/run/runsc" }).path).toBe(join(folder, "c/runsc"));
    vi.unstubAllEnvs();
  });
});
