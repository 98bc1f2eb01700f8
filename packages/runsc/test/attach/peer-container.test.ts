import { describe, expect, it } from "vitest";
import { containerOfPeer } from "../../src/attach/peer-container.ts";

const id = "0123456789abcdef".repeat(4);

function told(line: string): ReturnType<typeof containerOfPeer> {
  return containerOfPeer(line.split(" "));
}

describe("containerOfPeer", () => {
  it.each<[string, string, string | undefined]>([
    [
      "of Docker",
      `runsc --root /var/run/docker/runtime-runc/moby --log /run/c/log.json --log-format json --pod-init-config=/etc/p.json create --bundle /run/c --pid-file /run/c/init.pid --console-socket /tmp/pty ${id}`,
      "/var/run/docker/runtime-runc/moby",
    ],
    [
      "of containerd's shim",
      `/usr/local/bin/runsc --root=/run/containerd/runsc/k8s.io --log=/x --log-format=json --debug=false create --bundle /b --pid-file /b/init.pid ${id}`,
      "/run/containerd/runsc/k8s.io",
    ],
    ["without a root", `runsc run ${id}`, undefined],
    ["with one dash", `runsc -root=/r -debug run -bundle=/b ${id}`, "/r"],
    ["of a restored sandbox", `runsc --root /r restore --image-path /i ${id}`, "/r"],
    ["with a root given twice", `runsc --root=/a --root /b run ${id}`, "/b"],
  ])("knows that of a sandbox that starts: %s", (_, line, root) => {
    expect(told(line)).toEqual({ root, id, isAttached: false, file: undefined });
  });

  it("knows that of a sandbox that runs", () => {
    for (const force of [" --force", ""]) {
      expect(told(`/bin/runsc --root=/r trace create --config=/tmp/x${force} -- a_b+c.d-e`)).toEqual({
        root: "/r",
        id: "a_b+c.d-e",
        isAttached: true,
        file: "/tmp/x",
      });
    }
  });

  it("knows the session's file, however it is given", () => {
    expect(told("runsc trace create -config /a=b -force x")).toMatchObject({ file: "/a=b" });
    expect(told("runsc trace create --config=/a=b x")).toMatchObject({ file: "/a=b" });
    expect(told("runsc trace create x")).toMatchObject({ id: "x", file: undefined });
    expect(told("runsc --config=/a run --configs=/b x")).toMatchObject({ id: "x", file: undefined });
  });

  it("knows no id of runsc do, whatever it runs", () => {
    expect(told(`runsc --root /r do trace create ${id}`)).toEqual({
      root: "/r",
      id: undefined,
      isAttached: false,
      file: undefined,
    });
  });

  it.each([
    "",
    "runsc",
    `runsc list ${id}`,
    "runsc run",
    `runsc trace list ${id}`,
    "runsc trace",
    `runsc trace delete create ${id}`,
    "runsc run a/../b",
    `${id}`,
    "create",
    `runsc run ${"a".repeat(256)}`,
  ])("is not taken in by %j", (line) => {
    expect(told(line)).toBeUndefined();
  });

  it("does not believe one that may be cut", () => {
    expect(told(`runsc --debug-log=${"x".repeat(4_096)} run ${id}`)).toBeUndefined();
    expect(told(`runsc --debug-log=${"x".repeat(3_900)} run ${id}`)).toMatchObject({ id });
  });
});
