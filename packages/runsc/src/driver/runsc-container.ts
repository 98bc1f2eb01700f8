import { fieldsOf, integerOf, listOf, textOf } from "./shape.ts";

/** A container as `runsc list` knows it. */
export interface RunscContainer {
  readonly id: string;
  /** The sandbox that it is in: its own id, but for the further containers of a pod. Only sandboxes can be traced. */
  readonly sandboxId: string;
  /** Those named here are the known ones. Of a sandbox that was killed it can say `running` for a while. */
  readonly status: "creating" | "created" | "running" | "paused" | "stopped" | (string & {});
  /** The process of its sandbox on this machine; `undefined` where it has ended. */
  readonly pid: number | undefined;
  /** The folder that it was made from. */
  readonly bundle: string;
  /** What its manager wrote down about it. Whoever starts containers can have a say in them: nothing in them is trusted. */
  readonly annotations: ReadonlyMap<string, string>;
}

/**
 * What `runsc list --format=json` printed: the states of runsc/container/container.go, `null` where there are none.
 *
 * @throws {TypeError} or SyntaxError where it is something else.
 */
export function parseContainers(text: string): readonly RunscContainer[] {
  const value: unknown = JSON.parse(text);
  return value === null ? [] : listOf(value, "the list of containers").map(containerOf);
}

/**
 * What `runsc state` printed, of one container.
 *
 * @throws {TypeError} or SyntaxError where it is something else.
 */
export function parseContainer(text: string): RunscContainer {
  return containerOf(JSON.parse(text));
}

function containerOf(value: unknown): RunscContainer {
  const told = fieldsOf(value, "a container");
  const id = textOf(told["id"], "a container's id");
  const pid = integerOf(told["pid"] ?? -1, `the pid of ${id}`);
  const annotations = new Map(
    Object.entries(fieldsOf(told["annotations"] ?? {}, `the annotations of ${id}`)).map(([key, each]) => [
      key,
      textOf(each, `an annotation of ${id}`),
    ]),
  );
  return {
    id,
    sandboxId: sandboxOf(annotations) ?? id,
    status: textOf(told["status"], `the status of ${id}`),
    pid: pid > 0 ? pid : undefined,
    bundle: textOf(told["bundle"], `the bundle of ${id}`),
    annotations,
  };
}

/** By these gVisor itself (runsc/specutils/cri.go) decides whether a container gets a sandbox; the first that is there counts. */
const podAnnotations = [
  { type: "io.kubernetes.cri.container-type", sandbox: "io.kubernetes.cri.sandbox-id" },
  { type: "io.kubernetes.cri-o.ContainerType", sandbox: "io.kubernetes.cri-o.SandboxID" },
];

/** Whose sandbox a further container of a pod is in. */
function sandboxOf(annotations: ReadonlyMap<string, string>): string | undefined {
  const manager = podAnnotations.find(({ type }) => annotations.has(type));
  if (manager === undefined || annotations.get(manager.type) !== "container") return undefined;
  const { sandbox } = podAnnotations.find((each) => annotations.has(each.sandbox)) ?? manager;
  return annotations.get(sandbox);
}
