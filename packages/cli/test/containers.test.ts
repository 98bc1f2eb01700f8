import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";
import { dockerContainer, dockerImageAnswer } from "../../containers/test/answers.ts";
import { startFakeDocker } from "../../containers/test/fake-docker.ts";
import { sentrytap } from "./command.ts";
import { start } from "./start.ts";

const folder = mkdtempSync(join(tmpdir(), "sentrytap-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const recording = tracePath("touch_bin.2024");
const rules = join(folder, "rules.yaml");
writeFileSync(
  rules,
  `- rule: Touched
  desc: d
  condition: evt.type in (open, openat) and fd.name = /bin/foo
  output: "%container.name %container.image.repository"
  priority: INFO
`,
);

/** A daemon that has every container it is asked for. */
const hasAll = (): ReturnType<typeof startFakeDocker> =>
  startFakeDocker(({ url = "" }, response) => {
    const id = url.match(/^\/containers\/([0-9a-f]{64})\/json$/)?.[1];
    response.end(JSON.stringify(id === undefined ? dockerImageAnswer() : dockerContainer({ Id: id })));
  });

/** What `detect` prints of a recording that is sent to its socket, and what it says. */
async function detect(name: string, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const socket = join(folder, `${name}.sock`);
  const { child, printed, ended } = await start(socket, "detect", "-r", rules, "--format", "json", ...args);
  await sentrytap(["replay", recording, "--connect", socket]);
  await expect.poll(printed, { timeout: 10_000 }).not.toBe("");
  child.kill("SIGTERM");
  return ended;
}

describe("detect --listen", () => {
  test("names containers as a daemon at a socket does, from the first alert on", async () => {
    const docker = await hasAll();
    const { stdout, stderr } = await detect("socket", "--containers", docker.socket);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({
      output_fields: { "container.name": "web-1", "container.image.repository": "hub.example:5000/shop/web" },
    });
    // Once, whatever the events.
    expect(docker.asked.filter((path) => path.startsWith("/containers/"))).toHaveLength(1);
  });

  test.each(["DOCKER_HOST", "off"])("finds a daemon where %s says, unless it is off", async (where) => {
    const docker = await hasAll();
    process.env["DOCKER_HOST"] = `unix://${docker.socket}`;
    try {
      const { stdout } = await detect(where, ...(where === "off" ? ["--containers", "off"] : []));
      const { output_fields: fields } = JSON.parse(stdout.split("\n")[0] ?? "");
      expect(fields["container.name"]).toBe(where === "off" ? null : "web-1");
      expect(docker.asked.length > 0).toBe(where !== "off");
    } finally {
      delete process.env["DOCKER_HOST"];
    }
  });

  test("tells of a daemon that does not answer, and alerts all the same", async () => {
    const nobody = join(folder, "no-daemon.sock");
    const { stdout, stderr } = await detect("nobody", "--containers", nobody);
    expect(stdout).toMatch(/"container.name":null/);
    expect(stderr).toMatch(/^sentrytap: nothing is known of some containers: .*no-daemon\.sock.*ENOENT/m);
  });
});

test.each([
  [["--containers", "docker"]],
  [["--containers", "auto", "--containers", "/run/x.sock"]],
  [["--containers", "/run/x.sock", "--containers", "off"]],
  [["--containers", "off", "--containers", "auto"]],
])("%j is refused", async (args) => {
  const { code, stderr } = await sentrytap(["detect", "--listen", join(folder, "x.sock"), ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--containers takes auto, or off, or the path/);
});

test("recordings have no daemon", async () => {
  const { code, stderr } = await sentrytap(["detect", recording, "--containers", "auto"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--containers is of a socket/);
});
