import {
  chmodSync,
  chownSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { getuid } from "node:process";
import { describe, expect, it } from "vitest";
import { applySteps } from "../../src/install/apply-steps.ts";
import { describePlan } from "../../src/install/describe-plan.ts";
import { podInitConfig } from "../../src/pod-init-config.ts";
import { DockerScene } from "./docker-scene.ts";

const other = `{
  "data-root": "/big/docker",
  "runtimes": {
    "runsc": {
      "path": "/usr/local/bin/runsc",
      "runtimeArgs": ["--network=host", "--platform=kvm"]
    }
  },
  "log-opts": { "max-size": "10m" }
}
`;

describe("planDockerInstall", () => {
  it("makes what is not there", async () => {
    const scene = new DockerScene();
    const before = scene.all();
    await scene.install();
    expect(scene.json()).toEqual({
      runtimes: { runsc: { path: scene.runsc, runtimeArgs: [`--pod-init-config=${scene.podInit}`] } },
    });
    expect(JSON.parse(readFileSync(scene.podInit, "utf8"))).toEqual(
      podInitConfig({ endpoint: "/run/sentrytap.sock" }),
    );
    expect(statSync(scene.podInit).mode & 0o777).toBe(0o640);
    expect(statSync(scene.daemonJson).mode & 0o777).toBe(0o644);
    await scene.uninstall();
    expect(scene.all()).toEqual(before);
  });

  it("adds one argument to a runtime that is there, and keeps all else sign by sign", async () => {
    const scene = new DockerScene(other, "/usr/local/bin/runsc");
    const plan = await scene.planInstall();
    expect(scene.read()).toBe(other);
    await applySteps(plan.steps);
    const added = `"--platform=kvm", "--pod-init-config=${scene.podInit}"]`;
    expect(scene.read()).toBe(other.replace('"--platform=kvm"]', added));
    expect(describePlan(plan).join("\n")).toContain(
      [
        `@@ -3,7 +3,7 @@`,
        '   "runtimes": {',
        '     "runsc": {',
        '       "path": "/usr/local/bin/runsc",',
        '-      "runtimeArgs": ["--network=host", "--platform=kvm"]',
        `+      "runtimeArgs": ["--network=host", ${added}`,
        "     }",
        "   },",
        '   "log-opts": { "max-size": "10m" }',
      ].join("\n"),
    );
  });

  it.each<[string, string, string]>([
    [
      "another session's file",
      '["--pod-init-config=/etc/falco/pod-init.json", "-debug"]',
      '["--pod-init-config=FILE", "-debug"]',
    ],
    [
      "a value that is an argument of its own",
      '["-pod-init-config", "/x.json"]',
      '["-pod-init-config", "FILE"]',
    ],
    [
      "the last where there are several",
      '["--pod-init-config=/a", "--pod-init-config=/b"]',
      '["--pod-init-config=/a", "--pod-init-config=FILE"]',
    ],
    ["no arguments", "[]", '[\n    "--pod-init-config=FILE"\n]'],
  ])("replaces %s", async (_, before, after) => {
    const text = `{"runtimes": {"runsc": {"path": "runsc",\n"runtimeArgs": ${before}}}}`;
    const scene = new DockerScene(text, "runsc");
    await scene.install();
    expect(scene.read()).toBe(text.replace(before, after.replace("FILE", scene.podInit)));
    await scene.uninstall();
    expect(scene.read()).toBe(text);
  });

  it("keeps mode and owner of daemon.json", async () => {
    const scene = new DockerScene(other, "/usr/local/bin/runsc");
    chmodSync(scene.daemonJson, 0o600);
    if (getuid?.() === 0) chownSync(scene.daemonJson, 1234, 2345);
    const { uid, gid } = statSync(scene.daemonJson);
    await scene.install();
    for (const path of [scene.daemonJson, `${scene.daemonJson}.before-sentrytap`]) {
      const now = statSync(path);
      expect([now.mode & 0o777, now.uid, now.gid]).toEqual([0o600, uid, gid]);
    }
    await scene.uninstall();
    const back = statSync(scene.daemonJson);
    expect([back.mode & 0o777, back.uid, back.gid]).toEqual([0o600, uid, gid]);
  });

  it.each(["constructor", "toString", "valueOf"])(
    "takes a runtime of the name %s for what it is",
    async (runtime) => {
      const scene = new DockerScene("{}\n");
      const before = scene.all();
      expect((await scene.planUninstall(runtime)).steps).toEqual([]);
      await scene.install({ runtime: "other" });
      await scene.install({ runtime });
      await scene.uninstall("other");
      expect((await scene.planUninstall("valueOf")).notes).toHaveLength(runtime === "valueOf" ? 0 : 2);
      await scene.uninstall(runtime);
      expect(scene.all()).toEqual(before);
    },
  );

  it("follows a symbolic link, which stays one", async () => {
    const scene = new DockerScene(other, "/usr/local/bin/runsc");
    const real = join(scene.folder, "kept-elsewhere.json");
    renameSync(scene.daemonJson, real);
    symlinkSync(real, scene.daemonJson);
    await scene.install();
    expect(lstatSync(scene.daemonJson).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toContain(scene.podInit);
    expect(scene.has("kept-elsewhere.json.before-sentrytap")).toBe(true);
    await scene.uninstall();
    expect(readFileSync(real, "utf8")).toBe(other);
  });

  it("does nothing the second time", async () => {
    const scene = new DockerScene(other, "/usr/local/bin/runsc");
    await scene.install();
    const once = scene.all();
    expect((await scene.install()).steps).toEqual([]);
    expect(scene.all()).toEqual(once);
  });

  it("writes the session anew where it is another", async () => {
    const scene = new DockerScene(other, "/usr/local/bin/runsc");
    await scene.install();
    const session = podInitConfig({ endpoint: "/run/other.sock" });
    await scene.install({ session });
    expect(JSON.parse(readFileSync(scene.podInit, "utf8"))).toEqual(session);
    await scene.uninstall();
    expect(scene.has("sentrytap")).toBe(false);
  });

  it("takes another pod-init file in the place of the first", async () => {
    const scene = new DockerScene(other, "/usr/local/bin/runsc");
    await scene.install();
    const podInit = join(scene.folder, "sentrytap/second.json");
    await scene.install({ podInit });
    expect(scene.read()).toContain(podInit);
    expect(scene.read()).not.toContain(scene.podInit);
    await scene.uninstall();
    expect([scene.read(), scene.has("sentrytap")]).toEqual([other, false]);
  });

  it.each<[string, string, string]>([
    ["no JSON", '{\n  "a": 1,\n}', '3:1: error: no JSON: a key in double quotes must stand here, not "}"'],
    ["a comment", "{} // mine", "1:4: error: no JSON"],
    ["a list", "[]", "1:1: error: the file must be an object in braces, not a list in brackets"],
    ["runtimes in a list", '{"runtimes": []}', '1:14: error: "runtimes" must be an object in braces'],
    ["runtimes that are null", '{"runtimes": null}', '1:14: error: "runtimes" must be an object in braces'],
    ["a key twice", '{"runtimes": {},\n "runtimes": {}}', '2:2: error: the key "runtimes" is there twice'],
    [
      "a runtime that is text",
      '{"runtimes": {"runsc": "/bin/runsc"}}',
      '1:24: error: "runsc" must be an object',
    ],
    [
      "a runtime without a path",
      '{"runtimes": {"runsc": {}}}',
      '1:24: error: the runtime "runsc" has no "path"',
    ],
    ["a shim", '{"runtimes": {"runsc": {"runtimeType": "io.containerd.runsc.v1"}}}', "it is a shim"],
    [
      "an argument that is a number",
      '{"runtimes": {"runsc": {"path": "r", "runtimeArgs": ["a", 1]}}}',
      "1:59: error: an argument must be a string",
    ],
  ])("refuses a daemon.json of %s, with the place", async (_, text, message) => {
    const scene = new DockerScene(text);
    const before = scene.all();
    for (const plan of [() => scene.planInstall(), () => scene.planUninstall()]) {
      await expect(plan()).rejects.toThrow(expect.objectContaining({ code: "ERR_DAEMON_JSON" }));
      await expect(plan()).rejects.toThrow(message);
    }
    expect(scene.all()).toEqual(before);
  });

  it("says where bytes are that are not UTF-8", async () => {
    const scene = new DockerScene("");
    writeFileSync(scene.daemonJson, Buffer.from('{\n  "a": "\xff"}', "latin1"));
    await expect(scene.planInstall()).rejects.toThrow(`${scene.daemonJson}:2:9: error: it is not UTF-8`);
  });

  it("takes other runtimes' mistakes for others'", async () => {
    const text = '{"runtimes": {"mine": {"runtimeArgs": 5}, "yours": 1}}';
    const scene = new DockerScene(text);
    await scene.install();
    expect(scene.json()).toMatchObject({
      runtimes: { mine: { runtimeArgs: 5 }, yours: 1, runsc: { path: scene.runsc } },
    });
    await scene.uninstall();
    expect(scene.read()).toBe(text);
  });

  it("refuses a pod-init file of somebody else, and takes one that says the same", async () => {
    const scene = new DockerScene(other, "/usr/local/bin/runsc");
    const path = join(scene.folder, "mine.json");
    writeFileSync(path, "{}");
    const wrong = scene.planInstall({ podInit: path });
    await expect(wrong).rejects.toThrow(/mine.json is there, and not as it was installed/);
    const session = podInitConfig({ endpoint: "/run/sentrytap.sock" });
    writeFileSync(path, `${JSON.stringify(session, undefined, 2)}\n`);
    await scene.install({ podInit: path });
    await scene.uninstall();
    expect([scene.read(), scene.has("mine.json")]).toEqual([other, true]);
  });

  it.each<[string, object]>([
    ["must be absolute", { daemonJson: "daemon.json" }],
    ["must be absolute", { podInit: "etc/pod-init.json" }],
    ["signs that the shell script", { podInit: "/etc/a b.json" }],
    ["signs that the shell script", { podInit: "/etc/$(id).json" }],
    ["signs that the shell script", { runsc: "/opt/a;b/runsc" }],
    ["the runtime's name", { runtime: "runc" }],
    ["the runtime's name", { runtime: "../x" }],
    ["/nowhere/runsc", { runsc: "/nowhere/runsc" }],
  ])("refuses what cannot be meant: %s", async (message, options) => {
    await expect(new DockerScene("{}").planInstall(options)).rejects.toThrow(message);
  });

  it("refuses a runsc that has no --pod-init-config", async () => {
    const scene = new DockerScene("{}");
    scene.writeRunsc("release-20220627.0");
    await expect(scene.planInstall()).rejects.toThrow(
      /is release-20220627.0, and --pod-init-config came with 20220704/,
    );
    scene.writeRunsc("0.0~20221219.0");
    expect((await scene.planInstall()).steps).not.toEqual([]);
  });

  it("refuses another runsc for a runtime that is there", async () => {
    const scene = new DockerScene(other);
    await expect(scene.planInstall()).rejects.toThrow(/is there already, with \/usr\/local\/bin\/runsc/);
  });

  it("refuses what is no file, and a link that leads nowhere", async () => {
    const scene = new DockerScene("{}");
    rmSync(scene.daemonJson);
    symlinkSync("/dev/null", scene.daemonJson);
    await expect(scene.planInstall()).rejects.toThrow("is no regular file");
    rmSync(scene.daemonJson);
    symlinkSync(join(scene.folder, "gone"), scene.daemonJson);
    await expect(scene.planInstall()).rejects.toThrow("a symbolic link that leads nowhere");
  });
});
