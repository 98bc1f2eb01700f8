// containerd with its CRI plug-in for end-to-end tests: pods in gVisor, as Kubernetes has its runtime run them.
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ImageService, NamespaceMode, RuntimeService } from "./cri/gen/driving_pb.ts";
import { Daemon } from "./daemon.ts";
import { programPath } from "./dockerd.ts";
import { startRegistry } from "./registry.ts";
import { rootfs } from "./rootfs.ts";
import { type Ability, describeWithRunsc, type Runsc } from "./runsc.ts";

export interface ContainerdOptions {
  /** What runs pods and their containers. */
  readonly runsc: Runsc;
  /** Further flags of it: `--pod-init-config=...`. */
  readonly runtimeArgs?: readonly string[];
}

/** A containerd that no other knows of. */
export interface Containerd {
  readonly folder: string;
  /** Path of the socket of its CRI. */
  readonly socket: string;
  readonly cri: Client<typeof RuntimeService>;
  /** The folder where its runsc keeps its containers: `--root`. */
  readonly runscRoot: string;
  /** Name of the image that containers have, made of `rootfs()`. */
  readonly image: string;
  readonly imageDigest: string;
  /** Runs a pod; gives the id of its sandbox. */
  runPod(config: PodConfig): Promise<Pod>;
  restart(): Promise<void>;
  /** Ends the daemon and its pods, and removes all of it. */
  close(): Promise<void>;
}

type Texts = Readonly<Record<string, string>>;

export interface PodConfig {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels?: Texts;
  readonly annotations?: Texts;
  /** Whether its containers may be privileged. */
  readonly privileged?: boolean;
}

export interface ContainerConfig {
  readonly name: string;
  readonly command: readonly string[];
  /** An image by another name, or its id. */
  readonly image?: string;
  readonly env?: Texts;
  readonly labels?: Texts;
  /** A folder of this machine, seen read-only. */
  readonly mount?: { readonly hostPath: string; readonly containerPath: string };
  readonly privileged?: boolean;
}

export interface Pod {
  readonly id: string;
  /** Makes a container, which does not run yet; gives its id. */
  create(config: ContainerConfig): Promise<string>;
  /** Makes one and starts it. */
  run(config: ContainerConfig): Promise<string>;
}

/** Whether containerd is installed. */
export function hasContainerd(): Ability {
  const missing = ["containerd", "containerd-shim-runc-v2"].find((name) => programPath(name) === undefined);
  return missing === undefined
    ? { ok: true }
    : { ok: false, reason: `no ${missing} found: run .ci/install.sh` };
}

/** {@link describeWithRunsc} of a suite that needs containerd, too. */
export function describeWithContainerd(name: string, suite: (runsc: Runsc) => void): void {
  describeWithRunsc(name, suite, hasContainerd);
}

/** Starts one. Pods have the host's network namespace, so that none has to be set up, and runsc keeps them off it. */
export async function startContainerd(options: ContainerdOptions): Promise<Containerd> {
  const registry = await startRegistry({
    "tools:1": { folder: rootfs() },
    "pause:1": { folder: rootfs(), config: { Cmd: ["/bin/sleep", "1000000"] } },
  });
  const image = `${registry.address}/tools:1`;
  const pauseImage = `${registry.address}/pause:1`;
  const daemon = new Daemon({
    program: programPath("containerd") ?? "containerd",
    args: (folder) => ["--config", join(folder, "config.toml")],
    socket: "c.sock",
    prepare: (folder) => prepare(folder, pauseImage, options),
    isReady: async ({ socket }) => (await cri(socket, ({ version }) => version({}))) !== undefined,
  });
  await daemon.start();
  const sessions = sessionsAt(daemon.socket);
  const transport = transportOf(sessions);
  const client = createClient(RuntimeService, transport);
  const images = createClient(ImageService, transport);
  for (const name of [image, pauseImage]) await images.pullImage({ image: { image: name } });
  return {
    folder: daemon.folder,
    socket: daemon.socket,
    runscRoot: join(daemon.folder, "runsc-root", "k8s.io"),
    cri: client,
    image,
    imageDigest: registry.digestOf("tools:1"),
    runPod: (config) => runPod(client, daemon.folder, image, config),
    restart: () => daemon.restart(),
    close: async () => {
      // Pods are not stopped one by one: of a pod's further containers this shim never hears the end.
      sessions.abort();
      await daemon.stop();
      await registry.close();
      for (const path of shimSockets(daemon.folder)) rmSync(path, { force: true });
      daemon.remove();
    },
  };
}

function prepare(folder: string, pauseImage: string, { runsc, runtimeArgs = [] }: ContainerdOptions): void {
  // What a configuration can name is a program, without arguments.
  const flags = ["--network=none", "--ignore-cgroups", `--platform=${runsc.platform}`, ...runtimeArgs];
  const wrapper = join(folder, "runsc");
  const words = [runsc.path, ...flags].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const command = `exec ${words.join(" ")} "$@"`;
  // To a pod's further containers runsc gives its own output when it starts them, and this shim waits for the end of that.
  const detached = `for word; do [ "$word" != start ] || ${command} >/dev/null 2>&1 </dev/null; done`;
  writeFileSync(wrapper, `#!/bin/sh\n${detached}\n${command}\n`);
  chmodSync(wrapper, 0o755);
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  const lines = [
    "version = 2",
    `root = "${join(folder, "root")}"`,
    `state = "${join(folder, "state")}"`,
    "[grpc]",
    `  address = "${join(folder, "c.sock")}"`,
    `[${cri}]`,
    `  sandbox_image = "${pauseImage}"`,
    "  disable_apparmor = true",
    "  disable_cgroup = true",
    // Not every machine that runs tests lets root lower it.
    "  restrict_oom_score_adj = true",
    `[${cri}.containerd]`,
    '  snapshotter = "native"',
    '  default_runtime_name = "runsc"',
    `[${cri}.containerd.runtimes.runsc]`,
    '  runtime_type = "io.containerd.runc.v2"',
    `[${cri}.containerd.runtimes.runsc.options]`,
    `  BinaryName = "${wrapper}"`,
    `  Root = "${join(folder, "runsc-root")}"`,
  ];
  writeFileSync(join(folder, "config.toml"), `${lines.join("\n")}\n`);
}

async function runPod(
  client: Client<typeof RuntimeService>,
  folder: string,
  image: string,
  given: PodConfig,
): Promise<Pod> {
  const { name, namespace, uid, labels = {}, annotations = {}, privileged = false } = given;
  const namespaceOptions = { network: NamespaceMode.NODE };
  const config = {
    metadata: { name, namespace, uid },
    labels,
    annotations,
    logDirectory: join(folder, "logs"),
    linux: { securityContext: { namespaceOptions, privileged } },
  };
  const { podSandboxId: id } = await client.runPodSandbox({ config });
  const create = async (container: ContainerConfig): Promise<string> => {
    const { env = {}, mount } = container;
    const created = await client.createContainer({
      podSandboxId: id,
      config: {
        metadata: { name: container.name },
        image: { image: container.image ?? image },
        command: [...container.command],
        envs: Object.entries(env).map(([key, value]) => ({ key, value })),
        labels: container.labels ?? {},
        mounts: mount === undefined ? [] : [{ ...mount, readonly: true }],
        logPath: `${container.name}.log`,
        linux: { securityContext: { namespaceOptions, privileged: container.privileged ?? false } },
      },
      sandboxConfig: config,
    });
    return created.containerId;
  };
  const run = async (container: ContainerConfig): Promise<string> => {
    const containerId = await create(container);
    await client.startContainer({ containerId });
    return containerId;
  };
  return { id, create, run };
}

/** Where shims listen: outside of the folder, each named in a file below it. */
function shimSockets(folder: string): readonly string[] {
  const tasks = join(folder, "state", "io.containerd.runtime.v2.task", "k8s.io");
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((id) => {
    const file = join(tasks, id, "address");
    return existsSync(file)
      ? [
          readFileSync(file, "utf8")
            .trim()
            .replace(/^unix:\/\//, ""),
        ]
      : [];
  });
}

function sessionsAt(socket: string): Http2SessionManager {
  return new Http2SessionManager(
    "http://localhost",
    {},
    { createConnection: () => createConnection(socket) },
  );
}

function transportOf(sessionManager: Http2SessionManager): Transport {
  return createGrpcTransport({ baseUrl: "http://localhost", sessionManager, defaultTimeoutMs: 25_000 });
}

/** One call, by a connection of its own; `undefined` where it fails. */
async function cri<T>(
  socket: string,
  call: (client: Client<typeof RuntimeService>) => Promise<T>,
): Promise<T | undefined> {
  const sessions = sessionsAt(socket);
  try {
    return await call(createClient(RuntimeService, transportOf(sessions)));
  } catch {
    return undefined;
  } finally {
    sessions.abort();
  }
}
