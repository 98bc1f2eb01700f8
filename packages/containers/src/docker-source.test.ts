import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { dockerAnswers, dockerContainer, id, imageId, sandboxId } from "../test/answers.ts";
import { socketPath, startFakeDocker } from "../test/fake-docker.ts";
import { createDockerSource } from "./docker-source.ts";

const { signal } = new AbortController();

/** What the source makes of answers. */
async function found(container: object = {}, image: object = {}): Promise<unknown> {
  const { socket } = await startFakeDocker(dockerAnswers(container, image));
  return createDockerSource(socket).find(id, signal);
}

test("a container is told under Falco's names", async () => {
  expect(await found()).toEqual({
    type: "docker",
    name: "web-1",
    image: "hub.example:5000/shop/web:2.1",
    imageId: "cd".repeat(32),
    imageRepository: "hub.example:5000/shop/web",
    imageTag: "2.1",
    imageDigest: `sha256:${"77".repeat(32)}`,
    privileged: false,
    hostPid: false,
    hostNetwork: false,
    hostIpc: false,
    mounts: [
      {
        source: "/srv/data",
        destination: "/data",
        mode: "ro",
        writable: false,
        propagation: "rprivate",
      },
    ],
    labels: { tier: "front", canary: "" },
    env: ["COLOUR=green", "EMPTY="],
    healthcheck: "NONE",
    livenessProbe: "NONE",
    readinessProbe: "NONE",
    ip: "172.17.0.2",
    startedAtNs: 1_795_322_720_421_589_286n,
  });
});

test("nothing is asked but the container and its image", async () => {
  const docker = await startFakeDocker(dockerAnswers());
  await createDockerSource(docker.socket).find(id, signal);
  expect(docker.asked).toEqual([`/containers/${id}/json`, `/images/${encodeURIComponent(imageId)}/json`]);
});

test("what shares the host's namespaces says so", async () => {
  const HostConfig = { NetworkMode: "host", IpcMode: "host", PidMode: "host", Privileged: true };
  expect(await found({ HostConfig })).toMatchObject({
    privileged: true,
    hostPid: true,
    hostNetwork: true,
    hostIpc: true,
  });
});

describe("its address", () => {
  test("is that of a network where daemons tell no other", async () => {
    const NetworkSettings = { Networks: { none: { IPAddress: "" }, shop: { IPAddress: "10.9.0.4" } } };
    expect(await found({ NetworkSettings })).toMatchObject({ ip: "10.9.0.4" });
  });

  test("is that of the container whose network it has", async () => {
    const other = "12".repeat(32);
    const docker = await startFakeDocker({
      ...dockerAnswers({ HostConfig: { NetworkMode: `container:${other}` }, NetworkSettings: {} }),
      [`/containers/${other}/json`]: dockerContainer({ Id: other }),
    });
    expect(await createDockerSource(docker.socket).find(id, signal)).toMatchObject({ ip: "172.17.0.2" });
  });

  test("is empty without a network", async () => {
    expect(await found({ NetworkSettings: null, HostConfig: null })).toMatchObject({ ip: "" });
  });
});

describe("Kubernetes over Docker", () => {
  test("names a pod's sandbox by a label", async () => {
    const Labels = { "io.kubernetes.sandbox.id": sandboxId, "io.kubernetes.pod.name": "web" };
    expect(await found({ Config: { Labels } })).toMatchObject({ pod: { sandboxId }, labels: Labels });
  });

  test("has a pod's own container", async () => {
    expect(await found({ Name: "/k8s_POD_web_shop_u-1_0" })).toMatchObject({ pod: { sandboxId: id } });
  });

  test("has probes, which stand for Docker's check", async () => {
    const spec = {
      spec: {
        containers: [
          { name: "other", livenessProbe: { exec: { command: ["/no"] } } },
          {
            name: "web",
            livenessProbe: { exec: { command: ["/bin/live", "-v"] } },
            readinessProbe: { httpGet: {} },
          },
        ],
      },
    };
    const Labels = {
      "io.kubernetes.container.name": "web",
      "annotation.kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(spec),
    };
    expect(await found({ Config: { Labels, Healthcheck: { Test: ["CMD", "/bin/check"] } } })).toMatchObject({
      livenessProbe: { exe: "/bin/live", args: ["-v"] },
      readinessProbe: "NONE",
      healthcheck: "NONE",
    });
  });
});

test.each([
  [["CMD", "/bin/check", "-q"], { exe: "/bin/check", args: ["-q"] }],
  [["CMD-SHELL", "curl -f x || exit 1"], { exe: "/bin/sh", args: ["-c", "curl -f x || exit 1"] }],
  [["NONE"], "NONE"],
  [["CMD"], "NONE"],
  [["CMD-SHELL"], "NONE"],
  [["ODD", "x"], "NONE"],
  ["CMD", "NONE"],
  [undefined, "NONE"],
])("the health check %j is %j", async (Test, expected) => {
  expect(await found({ Config: { Healthcheck: { Test } } })).toMatchObject({ healthcheck: expected });
});

describe("Podman in Docker's stead", () => {
  test("says so, and its image by name", async () => {
    const name = "docker.io/library/alpine:3.20";
    const docker = await startFakeDocker((request, response) => {
      response.setHeader("server", "Libpod/4.3.1 (linux)");
      const container = dockerContainer({ Image: name, Config: { Image: name } });
      const image = { Id: "cd".repeat(32), RepoTags: [name], RepoDigests: [] };
      if (request.url === `/images/docker.io/library/${encodeURIComponent("alpine:3.20")}/json`)
        response.end(JSON.stringify(image));
      else response.end(JSON.stringify(container));
    });
    expect(await createDockerSource(docker.socket).find(id, signal)).toMatchObject({
      type: "podman",
      image: name,
      imageId: "cd".repeat(32),
      imageRepository: "docker.io/library/alpine",
      imageTag: "3.20",
    });
  });
});

test("an image that is gone leaves what the container says of it", async () => {
  const { [`/containers/${id}/json`]: container } = dockerAnswers();
  const docker = await startFakeDocker({ [`/containers/${id}/json`]: container });
  expect(await createDockerSource(docker.socket).find(id, signal)).toMatchObject({
    imageId: "cd".repeat(32),
    imageRepository: "hub.example:5000/shop/web",
    imageTag: "2.1",
    imageDigest: "",
  });
});

test("a container that is only made is waited for until it starts", async () => {
  let asked = 0;
  const docker = await startFakeDocker((request, response) => {
    const isContainer = request.url?.startsWith("/containers/") === true;
    if (isContainer) asked++;
    const State = asked < 3 ? { Status: "created", StartedAt: "0001-01-01T00:00:00Z" } : undefined;
    response.end(JSON.stringify(isContainer ? dockerContainer(State && { State }) : {}));
  });
  const metadata = await createDockerSource(docker.socket).find(id, signal);
  expect(asked).toBe(3);
  expect(metadata?.startedAtNs).toBe(1_795_322_720_421_589_286n);
});

test("one that does not start is told all the same", async () => {
  const State = { Status: "created", StartedAt: "0001-01-01T00:00:00Z" };
  const metadata = await found({ State });
  expect(metadata).toMatchObject({ name: "web-1" });
  expect(metadata).not.toHaveProperty("startedAtNs");
});

test.each([
  ["unknown", `${"0".repeat(63)}1`],
  ["short", id.slice(0, 12)],
  ["of capitals", id.toUpperCase()],
  ["with a path", `../${id.slice(3)}`],
  ["with a line", `${id}\n`],
  ["empty", ""],
])("nothing is known of an id that is %s", async (_, other) => {
  const docker = await startFakeDocker(dockerAnswers());
  expect(await createDockerSource(docker.socket).find(other, signal)).toBeUndefined();
  // Only what a daemon can have made is asked for.
  expect(docker.asked.length).toBe(other.length === 64 && /^[0-9a-f]+$/.test(other) ? 1 : 0);
});

describe("an answer of no use is an error that says whose", () => {
  test.each<[string, string, RegExp]>([
    ["no JSON", "<html>", /is not the container/],
    ["JSON of nothing", "null", /is not the container/],
    ["another container", JSON.stringify(dockerContainer({ Id: "99".repeat(32) })), /is not the container/],
    ["too large", `"${"x".repeat(2_000_000)}"`, /larger than 1048576 bytes/],
    ["nothing", "", /is not the container/],
  ])("%s", async (_, body, message) => {
    const docker = await startFakeDocker((_request, response) => response.end(body));
    const asked = createDockerSource(docker.socket).find(id, signal);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toMatchObject({
      code: "ERR_CONTAINER_SOURCE",
      message: expect.stringContaining(docker.socket),
    });
  });

  test.each([301, 400, 500, 503])("a status %i", async (status) => {
    const docker = await startFakeDocker((_request, response) => {
      response.writeHead(status, { location: "/elsewhere" });
      response.end();
    });
    const asked = createDockerSource(docker.socket).find(id, signal);
    await expect(asked).rejects.toThrow(`status ${status}`);
    expect(docker.asked).toHaveLength(1);
  });

  test("half an answer", async () => {
    const docker = await startFakeDocker((_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(createDockerSource(docker.socket).find(id, signal)).rejects.toMatchObject({
      code: "ERR_CONTAINER_SOURCE",
    });
  });

  test("something that is no HTTP", async () => {
    const socket = socketPath();
    const server = createServer((connection) => connection.end("nonsense\r\n\r\n")).listen(socket);
    onTestFinished(() => void server.close());
    await expect(createDockerSource(socket).find(id, signal)).rejects.toMatchObject({
      code: "ERR_CONTAINER_SOURCE",
    });
  });

  test("nobody there", async () => {
    await expect(createDockerSource(socketPath()).find(id, signal)).rejects.toThrow(/ENOENT/);
  });
});

test("an ask that is given up ends at once, with the reason", async () => {
  const docker = await startFakeDocker(() => {}); // never answers
  const controller = new AbortController();
  const asked = createDockerSource(docker.socket).find(id, controller.signal);
  await expect.poll(() => docker.asked.length).toBe(1);
  const reason = new Error("too late");
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

describe("values of other types than they should be", () => {
  test.each<[string, object]>([
    ["labels", { Config: { Labels: [1, 2] } }],
    ["names", { Name: 7, Config: { Image: {}, Env: {}, Labels: { a: 1, b: null } } }],
    ["lists", { Mounts: { 0: {} }, NetworkSettings: { Networks: [] } }],
    ["mounts", { Mounts: [null, 7, { Source: {}, RW: "yes" }] }],
    ["times", { State: { StartedAt: 12 } }],
    ["nothing", { Config: null, HostConfig: null, State: null, Mounts: null, NetworkSettings: null }],
  ])("of %s leave the others", async (_, own) => {
    const metadata = await found(own);
    expect(metadata).toMatchObject({ type: "docker", privileged: false });
  });

  test("are kept within bounds", async () => {
    const many = Array.from({ length: 50_000 }, (_, i) => i);
    const metadata = await found({
      Name: `/${"n".repeat(10_000)}`,
      Mounts: many.map((i) => ({ Source: `/s/${i}`, Destination: "/d" })).slice(0, 10_000),
      Config: { Labels: Object.fromEntries(many.slice(0, 9_000).map((i) => [`label-${i}`, "v"])) },
    });
    expect(
      JSON.stringify(metadata, (_, value) => (typeof value === "bigint" ? null : value)).length,
    ).toBeLessThan(400_000);
    expect(metadata).toMatchObject({ name: expect.stringMatching(/^n{4000,4096}$/) });
  });

  test("labels that are long are left out, and odd names are names", async () => {
    const Labels = JSON.parse(`{"long":"${"x".repeat(101)}","short":"${"x".repeat(100)}","__proto__":"p"}`);
    const metadata = await found({ Config: { Labels } });
    expect(Object.keys((metadata as { labels: object }).labels)).toEqual(["short", "__proto__"]);
  });
});
