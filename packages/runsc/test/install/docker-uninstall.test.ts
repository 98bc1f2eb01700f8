import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applySteps } from "../../src/install/apply-steps.ts";
import { DockerScene } from "./docker-scene.ts";

describe("planDockerUninstall", () => {
  it("has nothing to do where nothing was installed", async () => {
    const text = '{"runtimes": {"runsc": {"path": "/r", "runtimeArgs": ["--pod-init-config=/mine.json"]}}}';
    const scene = new DockerScene(text);
    expect(await scene.uninstall()).toEqual({
      steps: [],
      notes: [expect.stringContaining("nothing was installed")],
    });
    expect(scene.read()).toBe(text);
  });

  it("brings back any daemon.json, byte for byte", async () => {
    const spaces = fc.constantFrom("", " ", "\n", "\t", "  ");
    const layout = fc.constantFrom<string | number | undefined>(undefined, 1, 2, 4, "\t");
    const key = fc.constantFrom("data-root", "log-opts", "runtimes", 'a"b', "é", "1");
    const args = fc.array(fc.constantFrom("--debug", "--pod-init-config=/old.json", "-platform", "ptrace"));
    const runtime = fc.record({ path: fc.constant("RUNSC"), runtimeArgs: args }, { requiredKeys: ["path"] });
    const runtimes = fc.dictionary(fc.constantFrom("runsc", "kata"), runtime);
    const file = fc
      .tuple(fc.dictionary(key, fc.jsonValue({ maxDepth: 2 })), fc.option(runtimes))
      .map(([{ runtimes: _, ...rest }, own]) => (own === null ? rest : { ...rest, runtimes: own }));
    await fc.assert(
      fc.asyncProperty(file, layout, spaces, fc.boolean(), async (config, indent, around, dos) => {
        const scene = new DockerScene("{}");
        let text =
          around +
          JSON.stringify(config, undefined, indent).replaceAll('"RUNSC"', JSON.stringify(scene.runsc)) +
          around;
        if (dos) text = text.replaceAll("\n", "\r\n");
        scene.write(text);
        const before = scene.all();
        await scene.install();
        const { runtimes: now, ...others } = JSON.parse(scene.read());
        const { runtimes: was = {}, ...same } = JSON.parse(text);
        expect(others).toEqual(same);
        expect(now).toMatchObject(without(was, "runsc"));
        expect(now.runsc.runtimeArgs.filter((arg: string) => arg.endsWith(scene.podInit))).toHaveLength(1);
        await scene.uninstall();
        expect(scene.all()).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it.each(["", " \n", "{ }", "{\n}\n", '{"runtimes":{ }}', "\ufeff{}"])("brings back %j", async (text) => {
    const scene = new DockerScene(text);
    const before = scene.all();
    await scene.install();
    expect(JSON.parse(scene.read().replace("\ufeff", ""))).toHaveProperty("runtimes.runsc");
    await scene.uninstall();
    expect(scene.all()).toEqual(before);
  });

  it("keeps what others changed since", async () => {
    const scene = new DockerScene('{\n  "debug": true\n}\n');
    await scene.install();
    scene.write(scene.read().replace('"debug": true', '"debug": false,\n  "experimental": true'));
    await scene.uninstall();
    expect(scene.read()).toBe('{\n  "debug": false,\n  "experimental": true\n}\n');
    expect(Object.keys(scene.all())).toEqual(["docker", "docker/daemon.json", "runsc"]);
  });

  it("keeps a runtime to which others added arguments since", async () => {
    const scene = new DockerScene("{}");
    await scene.install();
    scene.write(scene.read().replace('"runtimeArgs": [', '"runtimeArgs": ["--debug",'));
    await scene.uninstall();
    expect(scene.json()).toEqual({ runtimes: { runsc: { path: scene.runsc, runtimeArgs: ["--debug"] } } });
  });

  it("leaves a runtime that others have given another session since", async () => {
    const scene = new DockerScene("{}");
    await scene.install();
    const changed = scene.read().replace(scene.podInit, "/theirs.json");
    scene.write(changed);
    expect((await scene.uninstall()).notes).toEqual([
      "the runtime runsc is not as it was installed: it stays as it is",
    ]);
    expect(scene.read()).toBe(changed);
    expect(scene.has("sentrytap")).toBe(false);
  });

  it("leaves a pod-init file that was changed, and says so", async () => {
    const scene = new DockerScene("{}");
    await scene.install();
    writeFileSync(scene.podInit, "{}");
    expect((await scene.uninstall()).notes).toEqual([
      `${scene.podInit} stays, as it was changed since it was installed`,
    ]);
    expect(readFileSync(scene.podInit, "utf8")).toBe("{}");
    expect(scene.read()).toBe("{}");
  });

  it("leaves a pod-init file that another runtime has", async () => {
    const scene = new DockerScene("{}");
    await scene.install();
    scene.write(
      scene
        .read()
        .replace(
          '"runtimes": {',
          `"runtimes": {"mine": {"path": "/r", "runtimeArgs": ["--pod-init-config=${scene.podInit}"]},`,
        ),
    );
    expect((await scene.uninstall()).notes).toEqual([expect.stringContaining("stays, as a runtime in")]);
    expect(scene.has("sentrytap/pod-init.json")).toBe(true);
    expect(scene.json()).toEqual({ runtimes: { mine: expect.anything() } });
  });

  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("takes back several runtimes, %s before %s", async (first, second) => {
    const scene = new DockerScene("{ }");
    const before = scene.all();
    await scene.install({ runtime: "a" });
    await scene.install({ runtime: "b" });
    expect(Object.keys((scene.json() as { runtimes: object }).runtimes)).toEqual(["a", "b"]);
    await scene.uninstall(first);
    expect(Object.keys((scene.json() as { runtimes: object }).runtimes)).toEqual([second]);
    expect(scene.has("sentrytap/pod-init.json")).toBe(true);
    await scene.uninstall(second);
    expect(scene.all()).toEqual(before);
  });

  it("does not lose what was changed between two runtimes", async () => {
    const scene = new DockerScene("{}");
    await scene.install({ runtime: "a" });
    scene.write(JSON.stringify({ ...(scene.json() as object), debug: true }));
    await scene.install({ runtime: "b" });
    await scene.uninstall("a");
    await scene.uninstall("b");
    expect(scene.json()).toEqual({ debug: true });
  });

  it("refuses a receipt that is not as it was written", async () => {
    const scene = new DockerScene("{}");
    await scene.install();
    for (const text of ["", "{}", '{"version": 2}']) {
      writeFileSync(`${scene.daemonJson}.sentrytap`, text);
      await expect(scene.planUninstall()).rejects.toThrow(/daemon.json.sentrytap is not as it was written/);
    }
  });
});

describe("a crash between any two steps", () => {
  // Where Docker has a folder, as it has where it is installed, nothing at all stays behind.
  const texts = ["", '{\n  "debug": true,\n  "runtimes": {}\n}\n'];

  it.each(texts)("leaves an installation that goes on, or is taken back: %j", async (text) => {
    const { length } = (await new DockerScene(text).planInstall()).steps;
    expect(length).toBe(5);
    for (let done = 0; done < length; done++) {
      for (const goOn of [true, false]) {
        const scene = new DockerScene(text);
        const before = scene.all();
        await applySteps((await scene.planInstall()).steps.slice(0, done));
        if (goOn) await scene.install();
        await scene.uninstall();
        expect(scene.all(), `${done} steps`).toEqual(before);
      }
    }
  });

  it.each(texts)("leaves an uninstallation that goes on, or is installed again: %j", async (text) => {
    const model = new DockerScene(text);
    await model.install();
    const { length } = (await model.planUninstall()).steps;
    expect(length).toBe(5);
    for (let done = 0; done < length; done++) {
      for (const goOn of [true, false]) {
        const scene = new DockerScene(text);
        const before = scene.all();
        await scene.install();
        await applySteps((await scene.planUninstall()).steps.slice(0, done));
        if (!goOn) await scene.install();
        await scene.uninstall();
        // With the receipt goes the knowledge of the folder, the last that is removed.
        const { sentrytap: folder, ...files } = scene.all();
        expect(files, `${done} steps`).toEqual(before);
        expect(folder).toBe(done === length - 1 ? "folder 755" : undefined);
      }
    }
  });

  it("leaves daemon.json whole where the run ended in the middle of writing it", async () => {
    const scene = new DockerScene("{}");
    const before = scene.all();
    writeFileSync(join(scene.folder, "docker/.daemon.json.sentrytap-new"), '{"runtimes": {"ru');
    expect(scene.read()).toBe("{}");
    await scene.install();
    await scene.uninstall();
    expect(scene.all()).toEqual(before);
  });
});

function without(from: Readonly<Record<string, unknown>>, key: string): object {
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
}
