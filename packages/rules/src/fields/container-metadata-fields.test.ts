import type { Process } from "@sentrytap/state";
import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { readField } from "../../test/reads.ts";
import { makeEvent, makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";
import { compile } from "../compile.ts";
import type { ContainerMetadata, HealthProbe } from "./container-metadata.ts";
import { createFieldRegistry } from "./field-registry.ts";

const id = "0123456789abcdef";

const web: ContainerMetadata = {
  name: "web-1",
  type: "docker",
  image: "registry.example/web:2.1",
  imageId: "9f8e7d",
  imageRepository: "registry.example/web",
  imageTag: "2.1",
  imageDigest: "sha256:77aa",
  privileged: false,
  hostPid: false,
  hostNetwork: true,
  hostIpc: false,
  mounts: [
    { source: "/srv/data", destination: "/data", mode: "z", writable: true, propagation: "rprivate" },
    { source: "/proc", destination: "/host/proc", mode: "", writable: false, propagation: "" },
  ],
  labels: {
    tier: "front",
    canary: "",
    "annotation.note": "x",
    "io.kubernetes.pod.name": "web-abc",
    "io.kubernetes.pod.namespace": "shop",
    "io.kubernetes.pod.uid": "u-1",
  },
  healthcheck: { exe: "/bin/check", args: ["-q", "all"] },
  livenessProbe: { exe: "/bin/live", args: [] },
  readinessProbe: "NONE",
  ip: "10.1.2.3",
  startedAtNs: 1_795_286_460_000_000_000n,
  pod: {
    sandboxId: "fedcba9876543210",
    labels: { app: "web", "io.kubernetes.x": "y" },
    ip: "10.1.2.9",
    cniJson: '{"a":1}',
  },
};

const known = new Map([[id, web]]);
const containers = (containerId: string): ContainerMetadata | undefined => known.get(containerId);
const read = (name: string): unknown => readField(name, makeOpen(), { containers });

test.each([
  ["container.id", "0123456789ab"],
  ["container.full_id", id],
  ["container.name", "web-1"],
  ["container.type", "docker"],
  ["container.image", "registry.example/web:2.1"],
  ["container.image.id", "9f8e7d"],
  ["container.image.repository", "registry.example/web"],
  ["container.image.tag", "2.1"],
  ["container.image.digest", "sha256:77aa"],
  ["container.privileged", false],
  ["container.host_pid", false],
  ["container.host_network", true],
  ["container.host_ipc", false],
  ["container.mounts", "/srv/data:/data:z:true:rprivate,/proc:/host/proc::false:"],
  ["container.label[tier]", "front"],
  ["container.label[io.kubernetes.pod.uid]", "u-1"],
  ["container.label[toString]", null],
  ["container.labels", "canary, tier:front"],
  ["container.ip", "10.1.2.3"],
  ["container.cni.json", '{"a":1}'],
  ["container.healthcheck", "/bin/check -q all"],
  ["container.liveness_probe", "/bin/live"],
  ["container.readiness_probe", "NONE"],
  ["container.start_ts", 1_795_286_460_000_000_000n],
  ["container.duration", 1_313_392_178n],
  ["k8s.pod.name", "web-abc"],
  ["k8s.ns.name", "shop"],
  ["k8s.pod.id", "u-1"],
  ["k8s.pod.uid", "u-1"],
  ["k8s.pod.sandbox_id", "fedcba987654"],
  ["k8s.pod.full_sandbox_id", "fedcba9876543210"],
  ["k8s.pod.label[app]", "web"],
  ["k8s.pod.labels", "app:web"],
  ["k8s.pod.ip", "10.1.2.9"],
  ["k8s.pod.cni.json", '{"a":1}'],
])("%s is %s", (name, value) => {
  expect(read(name)).toEqual(value);
});

test.each([
  ["web", "web", null],
  ["web:2.1", "web", "2.1"],
  ["team/web:2.1", "team/web", "2.1"],
  ["hub.example:5000/web", "hub.example:5000/web", null],
  ["hub.example:5000/web:2.1", "hub.example:5000/web", "2.1"],
  ["hub.example:5000/web:2.1@sha256:77aa", "hub.example:5000/web", "2.1"],
  ["web@sha256:77aa", "web", null],
  ["web:", "web", null],
  ["", null, null],
  ["@sha256:77aa", null, null],
])("repository and tag of the image %j are %j and %j where nothing else tells", (image, repository, tag) => {
  const told = (name: string): unknown => readField(name, makeOpen(), { containers: () => ({ image }) });
  expect(told("container.image.repository")).toBe(repository);
  expect(told("container.image.tag")).toBe(tag);
});

describe("a health check is told", () => {
  const command = { exe: "/bin/check", args: ["-q", "all"] };
  const init = makeProcess({ pid: 1, isFirst: true });
  const session = { isFirst: true, isExecSession: true };
  const script = "pg_isready -U postgres";
  const shell = { exe: "/bin/sh", args: ["-c", script] };

  const isHealthcheck = (process: Process, healthcheck: HealthProbe | "NONE" | undefined): unknown => {
    const event = makeOpen({ thread: makeThread(process) });
    const told: ContainerMetadata = healthcheck === undefined ? {} : { healthcheck };
    return readField("proc.is_container_healthcheck", event, { containers: () => told });
  };

  test.each<[string, Partial<Process>, boolean]>([
    ["by its command in an exec session", { ...command, ...session }, true],
    ["where the Sentry does not tell of sessions", { ...command, isFirst: undefined }, true],
    ["in what it makes", { exe: "cat", parent: makeProcess({ ...command, ...session }) }, true],
    ["not by its name alone", { ...command, args: ["-q"], ...session }, false],
    ["not in another exec session", { exe: "sh", args: [], ...session }, false],
    ["not of the container's first process", { ...command, isFirst: true }, false],
    ["not of what descends from that", { ...command, parent: makeProcess({ parent: init }) }, false],
  ])("%s", (_, own, expected) => {
    expect(isHealthcheck(makeProcess(own), command)).toBe(expected);
  });

  test("of a shell that had the one command take its place", () => {
    const [exe, ...args] = script.split(" ");
    expect(isHealthcheck(makeProcess({ ...session, ...shell }), shell)).toBe(true);
    expect(isHealthcheck(makeProcess({ ...session, exe, args }), shell)).toBe(true);
    expect(isHealthcheck(makeProcess({ ...session, exe, args: [] }), shell)).toBe(false);
  });

  test("as nothing where the Sentry does not tell what an exec session began with", () => {
    const untold = { exe: undefined, args: undefined };
    const began = makeProcess({ ...session, ...untold });
    const other = { exe: "cat", args: [], isFirst: false };
    expect(isHealthcheck(began, command)).toBeNull();
    expect(isHealthcheck(makeProcess({ ...other, parent: began }), command)).toBeNull();
    // What it becomes or starts is told.
    expect(isHealthcheck(makeProcess({ ...command, isFirst: false, parent: began }), command)).toBe(true);
    // Nobody of the container makes one, whatever is told.
    expect(
      isHealthcheck(makeProcess({ ...other, parent: makeProcess({ ...untold, parent: init }) }), command),
    ).toBe(false);
  });

  test("as false where the container has none, and not where nothing is known of that", () => {
    const process = makeProcess({ ...command, ...session });
    expect(isHealthcheck(process, "NONE")).toBe(false);
    expect(isHealthcheck(process, undefined)).toBeNull();
  });

  test("apart from probes", () => {
    const event = makeOpen({ thread: makeThread(makeProcess({ exe: "/bin/live", args: [], ...session })) });
    const told = ["healthcheck", "liveness_probe", "readiness_probe"].map((kind) =>
      readField(`proc.is_container_${kind}`, event, { containers }),
    );
    expect(told).toEqual([false, true, false]);
  });
});

describe("a mount is found", () => {
  test.each([
    ["container.mount[0]", "/srv/data:/data:z:true:rprivate"],
    ["container.mount[2]", null],
    ["container.mount[/proc]", "/proc:/host/proc::false:"],
    ["container.mount[/srv/*]", "/srv/data:/data:z:true:rprivate"],
    // A pattern is of the whole path.
    ["container.mount[/pro]", null],
    ["container.mount[/]", null],
    ["container.mount[/data]", null],
    ["container.mount.source[/data]", "/srv/data"],
    ["container.mount.source[/srv/data]", null],
    ["container.mount.dest[/proc*]", "/host/proc"],
    ["container.mount.mode[0]", "z"],
    ["container.mount.rdwr[/proc]", "false"],
    ["container.mount.propagation[/srv/data]", "rprivate"],
  ])("%s is %j", (name, value) => {
    expect(read(name)).toBe(value);
  });
});

test("what the pod says itself goes before the labels", () => {
  const pod = { ...web, pod: { name: "other", namespace: "ns", uid: "u-2" } };
  expect(readField("k8s.pod.name", makeOpen(), { containers: () => pod })).toBe("other");
  expect(readField("k8s.ns.name", makeOpen(), { containers: () => pod })).toBe("ns");
});

describe("without metadata", () => {
  const fields = [...createFieldRegistry()].filter(({ filledBy }) => filledBy === "container");
  const names = fields.map(({ name, argument }) => (argument === "none" ? name : `${name}[0]`));

  test("nothing has a value", () => {
    expect(names.length).toBeGreaterThan(25);
    for (const name of names) {
      expect(readField(name, makeOpen()), name).toBeNull();
      // Of a container of which nothing is told.
      expect(readField(name, makeOpen(), { containers: () => ({}) }), name).toBeNull();
      expect(readField(name, makeOpen({ containerId: "other" }), { containers }), name).toBeNull();
    }
  });

  test("nothing is asked of an event whose container is not known", () => {
    const stray = makeEvent("gap", { kind: "drop", count: 1 }, { containerId: undefined, thread: undefined });
    let asked = 0;
    const ask = (): undefined => {
      asked++;
    };
    expect(readField("container.name", stray, { containers: ask })).toBeNull();
    expect(asked).toBe(0);
  });
});

test("the container of a process counts where the event names none", () => {
  const event = makeOpen({ containerId: undefined, thread: makeThread(makeProcess({ containerId: id })) });
  expect(readField("container.name", event, { containers })).toBe("web-1");
});

test("a source that throws knows nothing", () => {
  const containers = (): never => {
    throw new Error("no");
  };
  expect(readField("container.name", makeOpen(), { containers })).toBeNull();
});

test.each<[string, unknown]>([
  ["null", null],
  ["a text", "x"],
  ["names that are no texts", { name: {}, type: Symbol("x"), image: 7, startedAtNs: 7, privileged: "yes" }],
  ["labels that are none", { labels: null }],
  ["labels of other things", { labels: { tier: {} } }],
  ["mounts that are no list", { mounts: 7 }],
  ["mounts of nothing", { mounts: [null] }],
  ["a pod that is none", { pod: 7 }],
  [
    "what cannot be read",
    new Proxy(
      {},
      {
        get() {
          throw new Error("no");
        },
      },
    ),
  ],
])("of a source that says %s nothing is known", (_, said) => {
  const odd = (): ContainerMetadata => said as ContainerMetadata;
  const names = ["container.name", "container.type", "container.image.tag", "container.label[tier]"].concat(
    ["container.mounts", "container.mount[0]", "container.start_ts", "container.duration", "k8s.pod.name"],
    ["k8s.pod.labels", "container.privileged"],
  );
  for (const name of names) expect(readField(name, makeOpen(), { containers: odd })).toBeNull();
});

test("rules and conditions read it too", () => {
  const condition = "container.image.repository endswith /web and container.mount.dest[/proc*] != N/A";
  const rules = mustLoad(ruleYaml(condition, "%container.name %k8s.pod.name %container.privileged"), {
    containers,
  });
  expect(rules.evaluate(makeOpen()).map(({ output }) => output)).toEqual(["web-1 web-abc false"]);
  expect(mustLoad(ruleYaml(condition)).evaluate(makeOpen())).toEqual([]);
  const compiled = compile(condition, { containers });
  expect(compiled.ok && compiled.filter.matches(makeOpen())).toBe(true);
});
