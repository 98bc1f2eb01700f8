import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { applySteps } from "../../src/install/apply-steps.ts";
import { oneAtATime } from "../../src/install/one-at-a-time.ts";
import { writeWhole } from "../../src/install/write-whole.ts";
import { DockerScene } from "./docker-scene.ts";

/** Runs `work` as a user who may not write where root may. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe("applySteps", () => {
  it("does nothing at all where one of the folders cannot be written to", async () => {
    const scene = new DockerScene("{}");
    chmodSync(scene.folder, 0o755);
    mkdirSync(join(scene.folder, "sentrytap"));
    chmodSync(join(scene.folder, "sentrytap"), 0o777);
    chmodSync(join(scene.folder, "docker"), 0o555);
    const before = scene.all();
    const plan = await scene.planInstall();
    const applied = asNobody(() => applySteps(plan.steps));
    await expect(applied).rejects.toThrow(/nothing was changed, as .*docker cannot be written to/);
    await expect(applied).rejects.toThrow(expect.objectContaining({ code: "ERR_INSTALL" }));
    expect(scene.all()).toEqual(before);
  });

  it("does nothing where a file is no longer what the plan was made of", async () => {
    const scene = new DockerScene("{}");
    const plan = await scene.planInstall();
    scene.write('{"debug": true}');
    await expect(applySteps(plan.steps)).rejects.toThrow(
      /daemon.json was changed by somebody else meanwhile/,
    );
    expect([scene.read(), scene.has("sentrytap")]).toEqual(['{"debug": true}', false]);
  });

  it("leaves the old file, and nothing beside it, where the new one cannot take its name", async () => {
    const scene = new DockerScene("{}");
    const path = join(scene.folder, "folder");
    mkdirSync(join(path, "inside"), { recursive: true });
    const before = scene.all();
    await expect(writeWhole({ path, text: "x", mode: 0o644 })).rejects.toThrow(/EISDIR|ENOTEMPTY/);
    expect(scene.all()).toEqual(before);
  });

  it("never follows a link that stands in the way of the new file", async () => {
    const scene = new DockerScene("{}");
    const victim = join(scene.folder, "victim");
    writeFileSync(victim, "mine");
    symlinkSync(victim, join(scene.folder, "docker/.daemon.json.sentrytap-new"));
    await scene.install();
    expect(readFileSync(victim, "utf8")).toBe("mine");
    expect(readdirSync(join(scene.folder, "docker"))).not.toContain(".daemon.json.sentrytap-new");
  });
});

describe("oneAtATime", () => {
  it("has runs at the same time do no harm to each other", async () => {
    const scene = new DockerScene('{"debug": true}');
    const before = scene.all();
    const names = ["a", "b", "c", "d", "e"];
    const all = (work: (runtime: string) => Promise<unknown>): Promise<unknown> =>
      Promise.all(names.map((runtime) => oneAtATime(scene.daemonJson, () => work(runtime))));
    await all((runtime) => scene.install({ runtime }));
    expect(Object.keys((scene.json() as { runtimes: object }).runtimes).sort()).toEqual(names);
    await all((runtime) => scene.uninstall(runtime));
    expect(scene.all()).toEqual(before);
  });

  it("goes on after work that failed", async () => {
    const failing = oneAtATime("/x/failing", () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    await expect(oneAtATime("/x/failing", () => Promise.resolve(1))).resolves.toBe(1);
  });
});
