// What daemons answer, in the shape of real answers.

export const id = "ab".repeat(32);
export const imageId = `sha256:${"cd".repeat(32)}`;
export const sandboxId = "ef".repeat(32);

/** What Docker says of a container, with whatever `own` says. */
export function dockerContainer(own: object = {}): object {
  return {
    Id: id,
    Created: "2026-11-22T04:45:20.232908245Z",
    State: { Status: "running", Running: true, Pid: 14398, StartedAt: "2026-11-22T04:45:20.421589286Z" },
    Image: imageId,
    Name: "/web-1",
    HostConfig: { NetworkMode: "default", IpcMode: "private", PidMode: "", Privileged: false },
    Mounts: [
      {
        Type: "bind",
        Source: "/srv/data",
        Destination: "/data",
        Mode: "ro",
        RW: false,
        Propagation: "rprivate",
      },
    ],
    Config: {
      Hostname: "abababababab",
      Env: ["COLOUR=green", "EMPTY="],
      Image: "hub.example:5000/shop/web:2.1",
      Labels: { tier: "front", canary: "" },
    },
    NetworkSettings: { IPAddress: "172.17.0.2", Networks: { bridge: { IPAddress: "172.17.0.2" } } },
    ...own,
  };
}

/** What it says of the image. */
export function dockerImageAnswer(own: object = {}): object {
  return {
    Id: imageId,
    RepoTags: ["hub.example:5000/shop/web:2.1"],
    RepoDigests: [`hub.example:5000/shop/web@sha256:${"77".repeat(32)}`],
    ...own,
  };
}

/** All that it is asked of one container. */
export function dockerAnswers(container: object = {}, image: object = {}): Record<string, unknown> {
  return {
    [`/containers/${id}/json`]: dockerContainer(container),
    [`/images/${encodeURIComponent(imageId)}/json`]: dockerImageAnswer(image),
  };
}
