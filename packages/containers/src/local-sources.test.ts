import { chownSync } from "node:fs";
import { getuid } from "node:process";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, describe, expect, test, vi } from "vitest";
import { dockerAnswers, id } from "../test/answers.ts";
import { startFakeCri } from "../test/fake-cri.ts";
import { socketPath, startFakeDocker } from "../test/fake-docker.ts";
import type { ContainerSource } from "./container-source.ts";
import { localSources } from "./local-sources.ts";

const { signal } = new AbortController();

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The source for a socket; whatever else is on this machine is left alone. */
function sourceAt(socket: string): ContainerSource {
  const source = localSources().find(({ name }) => name.endsWith(` at ${socket}`));
  if (source === undefined) throw new Error(`no source for ${socket}`);
  return source;
}

test("the usual places are looked at, Docker's first, none twice", () => {
  vi.stubEnv("DOCKER_HOST", "unix:///var/run/docker.sock");
  vi.stubEnv("XDG_RUNTIME_DIR", "/run/user/7");
  const names = localSources().map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual([
    "Docker at /var/run/docker.sock",
    "Docker at /run/podman/podman.sock",
    "Docker at /run/user/7/docker.sock",
    "Docker at /run/user/7/podman/podman.sock",
  ]);
  expect(names).toContain("CRI at /run/containerd/containerd.sock");
  expect(names).toContain("CRI at /run/crio/crio.sock");
  expect(new Set(names).size).toBe(names.length);
});

test("a Docker of another host is none of ours", () => {
  vi.stubEnv("DOCKER_HOST", "tcp://elsewhere:2375");
  expect(localSources().map(({ name }) => name)[0]).toBe("Docker at /var/run/docker.sock");
});

describe("a daemon where the environment says", () => {
  test("is found, also when it starts later", async () => {
    const docker = await startFakeDocker(dockerAnswers());
    await docker.stop();
    vi.stubEnv("DOCKER_HOST", `unix://${docker.socket}`);
    const source = sourceAt(docker.socket);
    expect(await source.find(id, signal)).toBeUndefined();
    await docker.start();
    expect(await source.find(id, signal)).toMatchObject({ name: "web-1" });
  });

  test.skipIf(getuid?.() !== 0)("is not believed where its socket is another user's", async () => {
    const docker = await startFakeDocker(dockerAnswers());
    chownSync(docker.socket, 65534, 65534);
    vi.stubEnv("DOCKER_HOST", `unix://${docker.socket}`);
    expect(await sourceAt(docker.socket).find(id, signal)).toBeUndefined();
    expect(docker.asked).toEqual([]);
  });

  test("is no trouble where it is a containerd without CRI", async () => {
    const { socket } = await startFakeCri({
      containerStatus: () => {
        throw new ConnectError("unknown service runtime.v1.RuntimeService", Code.Unimplemented);
      },
    });
    vi.stubEnv("CONTAINER_RUNTIME_ENDPOINT", `unix://${socket}`);
    expect(await sourceAt(socket).find(id, signal)).toBeUndefined();
  });

  test("is no trouble where it is not there, or no socket", async () => {
    vi.stubEnv("CONTAINER_RUNTIME_ENDPOINT", `unix://${socketPath()}`);
    vi.stubEnv("DOCKER_HOST", "unix:///etc/hostname");
    expect(await sourceAt("/etc/hostname").find(id, signal)).toBeUndefined();
  });
});
