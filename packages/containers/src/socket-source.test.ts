import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { dockerAnswers, id, sandboxId } from "../test/answers.ts";
import { notFound, startFakeCri } from "../test/fake-cri.ts";
import { socketPath, startFakeDocker } from "../test/fake-docker.ts";
import { createSocketSource } from "./socket-source.ts";

const { signal } = new AbortController();

test("Docker is known by its answer, and asked from then on", async () => {
  const docker = await startFakeDocker(dockerAnswers());
  const source = createSocketSource(docker.socket);
  expect(await source.find(id, signal)).toMatchObject({ type: "docker", name: "web-1" });
  expect(await source.find(id, signal)).toMatchObject({ type: "docker" });
  expect(docker.asked.filter((path) => path === "/_ping")).toHaveLength(1);
});

test("a CRI runtime is known by its not being HTTP/1.1", async () => {
  const status = { id, startedAt: 1n, metadata: { name: "web" } };
  const cri = await startFakeCri({
    containerStatus: ({ containerId }) =>
      containerId === id ? { status, info: { info: JSON.stringify({ sandboxID: sandboxId }) } } : notFound(),
  });
  expect(await createSocketSource(cri.socket).find(id, signal)).toMatchObject({
    type: "containerd",
    name: "web",
  });
});

test("of who hangs up nothing is decided", async () => {
  const socket = socketPath();
  const server = createServer((connection) => void connection.on("error", () => {}).destroy()).listen(socket);
  onTestFinished(() => void server.close());
  const source = createSocketSource(socket);
  for (let i = 0; i < 2; i++) {
    await expect(source.find(id, signal)).rejects.toThrow(`the daemon at ${socket} cannot be asked`);
  }
});

test("of a daemon that is not there yet nothing is decided", async () => {
  const docker = await startFakeDocker(dockerAnswers());
  await docker.stop();
  const source = createSocketSource(docker.socket);
  await expect(source.find(id, signal)).rejects.toMatchObject({ code: "ERR_CONTAINER_SOURCE" });
  await docker.start();
  expect(await source.find(id, signal)).toMatchObject({ type: "docker" });
});

test("an ask that is given up ends with the reason, and decides nothing", async () => {
  const docker = await startFakeDocker(() => {});
  const source = createSocketSource(docker.socket);
  const reason = new Error("too late");
  const controller = new AbortController();
  const asked = source.find(id, controller.signal);
  await expect.poll(() => docker.asked).toEqual(["/_ping"]);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
  docker.answer(dockerAnswers());
  expect(await source.find(id, signal)).toMatchObject({ type: "docker" });
});
