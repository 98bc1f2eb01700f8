/** A file or directory that is mounted into a container. */
export interface ContainerMount {
  /** Path on the host, or name of a volume. */
  readonly source: string;
  /** Path in the container. */
  readonly destination: string;
  /** Options of the mount as they were given, such as `ro,z`; often empty. */
  readonly mode: string;
  readonly writable: boolean;
  /** How mounts below it spread: `rprivate` and the like; empty where not told. */
  readonly propagation: string;
}

/** What is known of the pod that a container belongs to. */
export interface PodMetadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Id of its sandbox, as long as the runtime has it. */
  readonly sandboxId?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ip?: string;
  /** What its network plugin answered, as JSON text. */
  readonly cniJson?: string;
}

/** A command by which a container's health is asked for. */
export interface HealthProbe {
  /** First of the arguments. */
  readonly exe: string;
  /** The arguments without the first. */
  readonly args: readonly string[];
}

/**
 * What is known of a container from outside its sandbox: what Docker or a Kubernetes runtime (CRI) says of it. What is left
 * out is not known, and the fields that read it have no value.
 */
export interface ContainerMetadata {
  readonly name?: string;
  /** What runs it: `docker`, `containerd`, `cri-o`, `podman` and so on. */
  readonly type?: string;
  /** The image as the container was started with it: `nginx:1.27`. */
  readonly image?: string;
  readonly imageId?: string;
  /** The image's name without tag and digest. Left out, it is taken from `image`, as Falco's container plugin takes it. */
  readonly imageRepository?: string;
  /** Left out, it is that of `image`, if that has one. */
  readonly imageTag?: string;
  /** `sha256:` and the digest that the registry has for it. */
  readonly imageDigest?: string;
  readonly privileged?: boolean;
  /** Whether it has the host's pid namespace, network, or IPC namespace. */
  readonly hostPid?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostIpc?: boolean;
  readonly mounts?: readonly ContainerMount[];
  /** Its labels. Kubernetes' own, `io.kubernetes.pod.name` and the like, tell of the pod where `pod` does not. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Its environment as it was configured, `NAME=value` each. */
  readonly env?: readonly string[];
  /** Docker's health check; `NONE` where it has none. */
  readonly healthcheck?: HealthProbe | "NONE";
  /** Kubernetes' probes where they are commands; `NONE` where it has none. */
  readonly livenessProbe?: HealthProbe | "NONE";
  readonly readinessProbe?: HealthProbe | "NONE";
  /** Its first address. */
  readonly ip?: string;
  /** When it was started: nanoseconds since the epoch. */
  readonly startedAtNs?: bigint;
  /** The pod, of a container that is in one. */
  readonly pod?: PodMetadata;
}

/** What is known of the container with that id, which is whole; `undefined` where nothing is. */
export type ContainerLookup = (containerId: string) => ContainerMetadata | undefined;
