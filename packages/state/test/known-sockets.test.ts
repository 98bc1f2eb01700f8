import { describe, expect, it } from "vitest";
import { inet, started } from "./descriptor-steps.ts";
import { first, returned, type Simulation, sysno } from "./simulate.ts";

// A session that tells exits alone, and neither close(2) nor fcntl(2): gVisor's names of sockets tell which is which.

type Sent = ReturnType<Simulation["send"]>;

function connect(box: Simulation, fd: number, fdPath: string, address: Uint8Array): Sent {
  return box.send("SYSCALL_CONNECT", first, { fd: BigInt(fd), fdPath, address, exit: returned() });
}

function dup(box: Simulation, oldFd: number, newFd: number, fdPath: string): Sent {
  return box.send("SYSCALL_DUP", first, { sysno: sysno.dup2, oldFd, newFd, fdPath, exit: returned(newFd) });
}

const connection = { kind: "ipv4", name: "0.0.0.0:0->10.0.0.1:80" };

describe("a socket that gVisor names", () => {
  it("is known under another number that no point told of", () => {
    const box = started();
    connect(box, 3, "socket:[7]", inet(80));
    expect(dup(box, 10, 0, "socket:[7]").fd).toMatchObject({ ...connection, fdPath: "socket:[7]" });
  });

  it("is told from the one that had its number before", () => {
    const box = started();
    connect(box, 3, "socket:[7]", inet(80));
    connect(box, 4, "socket:[8]", inet(81));
    expect(dup(box, 3, 0, "socket:[8]").fd?.name).toBe("0.0.0.0:0->10.0.0.1:81");
    expect(dup(box, 3, 1, "pipe:[9]").fd?.kind).toBe("pipe");
    expect(dup(box, 3, 2, "socket:[10]").fd?.kind).toBe("unknown");
  });

  it("is named after what it is connected to now", () => {
    const box = started();
    connect(box, 3, "socket:[7]", inet(80));
    connect(box, 3, "socket:[7]", inet(443));
    expect(dup(box, 9, 0, "socket:[7]").fd?.name).toBe("0.0.0.0:0->10.0.0.1:443");
  });

  it("is no socket of another sandbox", () => {
    connect(started(), 3, "socket:[7]", inet(80));
    expect(dup(started(), 3, 0, "socket:[7]").fd?.kind).toBe("unknown");
  });

  it("is forgotten when there are too many, and under names that gVisor does not give", () => {
    const box = started();
    connect(box, 3, "socket:[0]", inet(80));
    for (let n = 1; n <= 4_096; n++) connect(box, 4, `socket:[${n}]`, inet(81));
    expect(dup(box, 9, 0, "socket:[0]").fd?.kind).toBe("unknown");
    expect(dup(box, 9, 0, "socket:[1]").fd?.name).toBe("0.0.0.0:0->10.0.0.1:81");
    connect(box, 3, "socket:[many]", inet(80));
    expect(dup(box, 9, 0, "socket:[many]").fd?.kind).toBe("unknown");
  });
});
