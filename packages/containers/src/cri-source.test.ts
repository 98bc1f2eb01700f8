import { createServer, type Socket } from "node:net";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, onTestFinished, test } from "vitest";
import { id, sandboxId } from "../test/answers.ts";
import { type FakeCalls, notFound, startFakeCri } from "../test/fake-cri.ts";
import { socketPath } from "../test/fake-docker.ts";
import { createCriSource } from "./cri-source.ts";
import {
  type ContainerStatusSchema,
  MountPropagation,
  NamespaceMode,
  type PodSandboxStatusSchema,
} from "./gen/runtime_pb.ts";

const { signal } = new AbortController();

const digest = `sha256:${"77".repeat(32)}`;
const imageId = "cd".repeat(32);

type Status = MessageInitShape<typeof ContainerStatusSchema>;
type PodStatus = MessageInitShape<typeof PodSandboxStatusSchema>;

const startedAt = 1_795_323_630_881_817_402n;

const status = {
  id,
  metadata: { name: "web" },
  createdAt: startedAt - 5n,
  startedAt,
  image: { image: "registry.example/shop/web:2.1" },
  imageRef: `registry.example/shop/web@${digest}`,
  labels: { tier: "front" },
  mounts: [
    { containerPath: "/data", hostPath: "/srv/data", readonly: true },
    { containerPath: "/x", hostPath: "/y", propagation: MountPropagation.PROPAGATION_BIDIRECTIONAL },
  ],
} satisfies Status;

const podStatus = {
  id: sandboxId,
  metadata: { name: "web-7d9", namespace: "shop", uid: "u-1" },
  createdAt: startedAt - 9n,
  network: { ip: "10.1.2.3" },
  linux: { namespaces: { options: { network: NamespaceMode.POD, pid: NamespaceMode.CONTAINER } } },
  labels: { app: "web", "pod-template-hash": "7d9" },
} satisfies PodStatus;

/** What containerd says beside. */
const info = {
  sandboxID: sandboxId,
  config: {
    image: { image: `sha256:${imageId}` },
    envs: [{ key: "COLOUR", value: "green" }, { key: "EMPTY" }],
    linux: { security_context: { privileged: true } },
  },
  runtimeSpec: { annotations: { "io.kubernetes.cri.image-name": "registry.example/shop/web:2.1" } },
};

const podInfo = {
  cniResult: {
    Interfaces: {
      eth0: { IPConfigs: [{ IP: "10.1.2.3", Gateway: "10.1.2.1" }], Mac: "a2:01", Sandbox: "/run/netns/x" },
      lo: { IPConfigs: [{ IP: "127.0.0.1" }] },
      veth12: { Mac: "a2:02" },
    },
    Routes: null,
  },
};

interface Answers {
  readonly status?: object;
  readonly info?: unknown;
  readonly pod?: object;
  readonly podInfo?: unknown;
  readonly runtimeName?: string;
}

/** The calls of a runtime that has one container in one pod. */
function calls(own: Answers = {}): FakeCalls {
  const told = "info" in own ? own.info : info;
  const toldOfPod = "podInfo" in own ? own.podInfo : podInfo;
  const asInfo = (value: unknown): Record<string, string> =>
    value === undefined ? {} : { info: typeof value === "string" ? value : JSON.stringify(value) };
  return {
    version: () => ({ runtimeName: own.runtimeName ?? "containerd" }),
    containerStatus: ({ containerId }) =>
      containerId === id ? { status: { ...status, ...own.status }, info: asInfo(told) } : notFound(),
    podSandboxStatus: ({ podSandboxId }) =>
      podSandboxId === sandboxId
        ? { status: { ...podStatus, ...own.pod }, info: asInfo(toldOfPod) }
        : notFound(),
  };
}

async function found(own: Answers = {}, of: string = id): Promise<unknown> {
  const { socket } = await startFakeCri(calls(own));
  return createCriSource(socket).find(of, signal);
}

const podLabels = {
  "io.kubernetes.sandbox.id": sandboxId,
  "io.kubernetes.pod.name": "web-7d9",
  "io.kubernetes.pod.namespace": "shop",
  "io.kubernetes.pod.uid": "u-1",
};

const pod = {
  sandboxId,
  name: "web-7d9",
  namespace: "shop",
  uid: "u-1",
  labels: { app: "web", "pod-template-hash": "7d9" },
  ip: "10.1.2.3",
  cniJson: '{"eth0":{"IPConfigs":[{"IP":"10.1.2.3","Gateway":"10.1.2.1"}]}}',
};

test("a container of containerd is told under Falco's names, with its pod", async () => {
  expect(await found()).toEqual({
    type: "containerd",
    name: "web",
    image: "registry.example/shop/web:2.1",
    imageId,
    imageRepository: "registry.example/shop/web",
    imageTag: "2.1",
    imageDigest: digest,
    privileged: true,
    hostPid: false,
    hostNetwork: false,
    hostIpc: false,
    mounts: [
      { source: "/srv/data", destination: "/data", mode: "", writable: false, propagation: "private" },
      { source: "/y", destination: "/x", mode: "", writable: true, propagation: "rshared" },
    ],
    labels: { tier: "front", ...podLabels },
    env: ["COLOUR=green", "EMPTY="],
    healthcheck: "NONE",
    livenessProbe: "NONE",
    readinessProbe: "NONE",
    ip: "10.1.2.3",
    startedAtNs: startedAt,
    pod,
  });
});

test("a pod's own sandbox has no image, and the pod's name", async () => {
  expect(await found({}, sandboxId)).toEqual({
    type: "containerd",
    name: "web-7d9",
    labels: { ...podStatus.labels, ...podLabels },
    ip: "10.1.2.3",
    startedAtNs: podStatus.createdAt,
    hostPid: false,
    hostNetwork: false,
    hostIpc: false,
    pod,
  });
});

test("CRI-O says other things in other places", async () => {
  const cniResult = '{"cniVersion":"1.0.0","ips":[{"address":"10.1.2.3/24"}]}';
  const metadata = await found({
    runtimeName: "cri-o",
    status: { imageId },
    info: { sandboxID: sandboxId, privileged: true, runtimeSpec: { process: { env: ["A=b"] } } },
    podInfo: { runtimeSpec: { annotations: { "io.kubernetes.cri-o.CNIResult": cniResult } } },
  });
  expect(metadata).toMatchObject({
    type: "cri-o",
    imageId,
    privileged: true,
    env: ["A=b"],
    pod: { ...pod, cniJson: cniResult },
  });
});

test("another runtime is of the type cri", async () => {
  expect(await found({ runtimeName: "frakti" })).toMatchObject({ type: "cri" });
});

test("the host's namespaces are the pod's", async () => {
  const options = { network: NamespaceMode.NODE, pid: NamespaceMode.NODE, ipc: NamespaceMode.NODE };
  const metadata = await found({
    pod: { network: { ip: "" }, linux: { namespaces: { options } } },
    podInfo: {},
  });
  expect(metadata).toMatchObject({
    hostPid: true,
    hostNetwork: true,
    hostIpc: true,
    ip: "",
    pod: { ip: "" },
  });
  expect(metadata).not.toHaveProperty("pod.cniJson");
});

test("probes are read from what kubectl applied", async () => {
  const described = {
    spec: { containers: [{ name: "x", readinessProbe: { exec: { command: ["/bin/ready"] } } }] },
  };
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(described) };
  expect(await found({ pod: { annotations } })).toMatchObject({
    healthcheck: "NONE",
    livenessProbe: "NONE",
    readinessProbe: { exe: "/bin/ready", args: [] },
  });
});

describe("images", () => {
  const annotated = (key: string, name: string): unknown => ({
    ...info,
    runtimeSpec: { annotations: { [key]: name } },
  });
  const bare = `sha256:${imageId}`;

  test.each<[string, Answers, readonly [string, string, string, string]]>([
    ["pulled by name", {}, ["registry.example/shop/web:2.1", "registry.example/shop/web", "2.1", digest]],
    [
      "pulled by digest",
      { status: { image: { image: `registry.example/shop/web@${digest}` } } },
      ["registry.example/shop/web", "registry.example/shop/web", "", digest],
    ],
    [
      "of a registry with a port",
      { status: { image: { image: "hub:5000/web" }, imageRef: `hub:5000/web@${digest}` } },
      ["hub:5000/web", "hub:5000/web", "", digest],
    ],
    [
      "imported here, by name",
      { status: { image: { image: "localhost/tools:1" }, imageRef: bare } },
      ["localhost/tools:1", "localhost/tools", "1", ""],
    ],
    [
      "asked for by id, named by an annotation of containerd's",
      { status: { image: { image: bare }, imageRef: bare } },
      ["registry.example/shop/web:2.1", "registry.example/shop/web", "2.1", ""],
    ],
    [
      "asked for by id, named by an annotation of CRI-O's",
      {
        status: { image: { image: bare }, imageRef: bare },
        info: annotated("io.kubernetes.cri-o.ImageName", "q/web:3"),
      },
      ["q/web:3", "q/web", "3", ""],
    ],
    [
      "asked for by id, named as the pod has it",
      { status: { image: { image: bare, userSpecifiedImage: "web:4" }, imageRef: bare } },
      ["web:4", "web", "4", ""],
    ],
    [
      "without any name",
      { status: { image: { image: bare }, imageRef: bare }, info: { sandboxID: sandboxId } },
      ["", "", "", ""],
    ],
    [
      "without anything",
      { status: { image: { image: "" }, imageRef: "" }, info: { sandboxID: sandboxId } },
      ["", "", "", ""],
    ],
  ])("%s", async (_, own, [image, imageRepository, imageTag, imageDigest]) => {
    expect(await found(own)).toMatchObject({ image, imageRepository, imageTag, imageDigest });
  });

  test.each<[string, Answers, string]>([
    ["kubelet's", {}, imageId],
    [
      "the runtime's",
      { info: { sandboxID: sandboxId }, status: { imageId: `sha256:${"aa".repeat(32)}` } },
      "aa".repeat(32),
    ],
    [
      "of the reference",
      { info: { sandboxID: sandboxId }, status: { imageRef: "bb".repeat(32) } },
      "bb".repeat(32),
    ],
    ["not a name", { info: { ...info, config: { image: { image: "web:1" } } } }, ""],
  ])("have an id: %s", async (_, own, expected) => {
    expect(await found(own)).toMatchObject({ imageId: expected });
  });
});

test.each<[string, FakeCalls["imageStatus"], string]>([
  [
    "told when asked for",
    ({ image }) => ({ image: { id: image?.image.endsWith(digest) ? `sha256:${imageId}` : "" } }),
    imageId,
  ],
  ["not there where the runtime knows none", () => ({}), ""],
  ["not there where it cannot be asked", notFound, ""],
  ["not there where it is none", () => ({ image: { id: "../x" } }), ""],
])("the id of an image that comes without one is %s", async (_, imageStatus, expected) => {
  const withoutId = calls({ info: { sandboxID: sandboxId } });
  const cri = await startFakeCri({ ...withoutId, ...(imageStatus && { imageStatus }) });
  expect(await createCriSource(cri.socket).find(id, signal)).toMatchObject({
    name: "web",
    imageId: expected,
  });
});

test("where the runtime's JSON has no pod, its list has", async () => {
  const cri = await startFakeCri({
    ...calls({ info: undefined }),
    listContainers: ({ filter }) => ({ containers: [{ id: filter?.id ?? "", podSandboxId: sandboxId }] }),
  });
  expect(await createCriSource(cri.socket).find(id, signal)).toMatchObject({ pod });
});

test("a pod that is gone leaves its container", async () => {
  const cri = await startFakeCri({ ...calls(), podSandboxStatus: notFound });
  const metadata = await createCriSource(cri.socket).find(id, signal);
  expect(metadata).toMatchObject({ name: "web", pod: { sandboxId }, ip: "" });
  expect(metadata).not.toHaveProperty("hostNetwork");
});

describe("what begins", () => {
  test("is waited for: a pod that the runtime does not know yet", async () => {
    let asked = 0;
    const { podSandboxStatus = notFound, ...rest } = calls();
    const cri = await startFakeCri({
      ...rest,
      podSandboxStatus: (request, context) => (++asked < 4 ? notFound() : podSandboxStatus(request, context)),
    });
    expect(await createCriSource(cri.socket).find(sandboxId, signal)).toMatchObject({ name: "web-7d9" });
    expect(asked).toBe(4);
  });

  test("is waited for: a container that does not run yet", async () => {
    let asked = 0;
    const cri = await startFakeCri({
      ...calls(),
      containerStatus: () => ({
        status: { ...status, startedAt: ++asked < 3 ? 0n : startedAt },
        info: { info: JSON.stringify(info) },
      }),
    });
    expect(await createCriSource(cri.socket).find(id, signal)).toMatchObject({ startedAtNs: startedAt });
  });

  test("is told all the same where it does not start", async () => {
    const metadata = await found({ status: { startedAt: 0n } });
    expect(metadata).toMatchObject({ name: "web" });
    expect(metadata).not.toHaveProperty("startedAtNs");
  });

  test("is not known where it never comes", async () => {
    const started = performance.now();
    expect(await found({}, "01".repeat(32))).toBeUndefined();
    expect(performance.now() - started).toBeGreaterThan(900);
  });
});

test.each([id.slice(0, 12), id.toUpperCase(), "", "web"])("nobody is asked of %j", async (other) => {
  const cri = await startFakeCri(calls());
  expect(await createCriSource(cri.socket).find(other, signal)).toBeUndefined();
  expect(cri.asked).toEqual([]);
});

describe("info that is", () => {
  test.each<[string, unknown]>([
    ["no JSON", "{"],
    [
      "of other types",
      { sandboxID: 7, config: { envs: { a: 1 }, image: 7, linux: [] }, privileged: "yes", runtimeSpec: 1 },
    ],
    ["null", null],
  ])("%s leaves what else is known", async (_, told) => {
    const cri = await startFakeCri({
      ...calls({ info: told, podInfo: told }),
      listContainers: () => ({ containers: [{ id, podSandboxId: sandboxId }] }),
    });
    const metadata = await createCriSource(cri.socket).find(id, signal);
    expect(metadata).toMatchObject({ name: "web", privileged: false, env: [], pod: { name: "web-7d9" } });
  });
});

test("what a network plugin said is cut", async () => {
  const Interfaces = { eth0: { IPConfigs: Array.from({ length: 500 }, (_, i) => ({ IP: `10.1.2.${i}` })) } };
  const metadata = await found({ podInfo: { cniResult: { Interfaces } } });
  expect(metadata).toMatchObject({ pod: { cniJson: expect.stringMatching(/^.{4096}$/) } });
});

describe("an answer of no use is an error that says whose", () => {
  test.each<[string, FakeCalls, RegExp]>([
    [
      "another container",
      { containerStatus: () => ({ status: { ...status, id: sandboxId } }) },
      /is not the container/,
    ],
    ["no container", { containerStatus: () => ({}) }, /is not the container/],
    ["another pod", { podSandboxStatus: () => ({ status: { ...podStatus, id } }) }, /is not the pod/],
    ["no pod at all", { listContainers: () => ({}), containerStatus: () => ({ status }) }, /names no pod/],
    [
      "too much",
      { containerStatus: () => ({ status, info: { info: "x".repeat(2_000_000) } }) },
      /larger|size|limit/i,
    ],
    [
      "an error",
      {
        containerStatus: () => {
          throw new ConnectError("not now", Code.Unavailable);
        },
      },
      /not now/,
    ],
  ])("%s", async (_, own, message) => {
    const { socket } = await startFakeCri({ ...calls(), ...own });
    const asked = createCriSource(socket).find(id, signal);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toMatchObject({
      code: "ERR_CONTAINER_SOURCE",
      message: expect.stringContaining(socket),
    });
  });

  test("nobody there", async () => {
    await expect(createCriSource(socketPath()).find(id, signal)).rejects.toMatchObject({
      code: "ERR_CONTAINER_SOURCE",
    });
  });

  test.each([
    ["nonsense", "nonsense\r\n\r\n"],
    ["HTTP/1.1", "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"],
    ["nothing", ""],
    // Settings and a frame of data that no stream has.
    ["frames in no order", "\0\0\0\x04\0\0\0\0\0\0\0\x04\0\0\0\0\0\x07abcd"],
  ])("%s instead of gRPC", async (_, text) => {
    const socket = socketPath();
    const server = createServer((connection) => void connection.on("error", () => {}).end(text)).listen(
      socket,
    );
    onTestFinished(() => void server.close());
    const asked = createCriSource(socket).find(id, AbortSignal.timeout(1_000));
    await expect(asked).rejects.toThrow(text.includes("abcd") ? /timeout/ : socket);
  });
});

test.each(["no word", "half an answer"])("an ask that is given up after %s ends at once", async (after) => {
  const socket = socketPath();
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection.on("error", () => {}));
    if (after !== "no word") connection.write("\0\0\0\x04\0\0\0\0\0");
  }).listen(socket);
  onTestFinished(() => {
    for (const connection of connections) connection.destroy();
    server.close();
  });
  const controller = new AbortController();
  const asked = createCriSource(socket).find(id, controller.signal);
  await expect.poll(() => connections.size).toBe(1);
  const reason = new Error("too late");
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

test("connections end with the ask", async () => {
  const cri = await startFakeCri(calls());
  const source = createCriSource(cri.socket);
  await source.find(id, signal);
  // It would wait for open connections.
  await cri.stop();
  await cri.start();
  expect(await source.find(id, signal)).toMatchObject({ name: "web" });
});
