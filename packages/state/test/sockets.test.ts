import { describe, expect, it } from "vitest";
import { cloexec, inet, read, started } from "./descriptor-steps.ts";
import { failed, first, returned, type Simulation, sysno } from "./simulate.ts";

describe("sockets", () => {
  const socket = (
    box: Simulation,
    domain: number,
    type: number,
    fd: number,
  ): ReturnType<Simulation["send"]> => box.call("SYSCALL_SOCKET", first, { domain, type }, returned(fd));
  const connect = (
    box: Simulation,
    fd: number,
    address: Uint8Array,
    exit: object,
  ): ReturnType<Simulation["send"]> =>
    box.call("SYSCALL_CONNECT", first, { fd: BigInt(fd), address }, { ...exit });

  it("have kind and protocol from their making", () => {
    const box = started();
    expect(socket(box, 2, 1 | cloexec, 3).fd).toMatchObject({
      kind: "ipv4",
      name: "",
      closeOnExec: true,
      socket: { protocol: "tcp", local: undefined, remote: undefined, role: undefined },
    });
    expect(socket(box, 10, 2, 4).fd).toMatchObject({ kind: "ipv6", socket: { protocol: "udp" } });
    expect(socket(box, 1, 1, 5).fd).toMatchObject({ kind: "unix", socket: { protocol: undefined } });
    expect(socket(box, 16, 3, 6).fd?.kind).toBe("netlink");
  });

  it("are named after both ends once connected", () => {
    const box = started();
    socket(box, 2, 1, 3);
    const event = connect(box, 3, inet(80), returned());
    expect(event.fd).toMatchObject({ name: "0.0.0.0:0->10.0.0.1:80", socket: { role: "client" } });
    expect(read(box, 3).fd?.name).toBe("0.0.0.0:0->10.0.0.1:80");
  });

  it("listen", () => {
    const box = started();
    const listen = (fd: number, fields: object, exit: object): ReturnType<Simulation["send"]> =>
      box.call("SYSCALL_LISTEN", first, { fd, backlog: 5, ...fields }, { ...exit });
    socket(box, 2, 1, 3);
    expect(listen(3, {}, failed(95)).fd?.socket).toMatchObject({ listening: false, role: undefined });
    const port = { address: inet(8080), socketFamily: 2, socketType: 1 };
    expect(listen(3, port, returned()).fd).toMatchObject({
      kind: "ipv4",
      name: "10.0.0.1:8080",
      socket: { listening: true, role: "server", protocol: "tcp" },
    });
    expect(listen(4, port, returned()).fd, "never seen made").toMatchObject({
      kind: "ipv4",
      name: "10.0.0.1:8080",
      socket: { listening: true, protocol: "tcp" },
    });
    const accept = { sysno: sysno.accept, fd: 4, address: inet(5000, 7) };
    expect(box.call("SYSCALL_ACCEPT", first, accept, returned(5)).fd).toMatchObject({
      name: "10.0.0.7:5000->10.0.0.1:8080",
      socket: { listening: false, role: "server" },
    });
    expect(box.descriptor(first, 4)?.socket?.listening).toBe(true);
  });

  it("are connected while that is in progress, and are not where it failed, though the event shows where to", () => {
    const box = started();
    socket(box, 2, 1, 3);
    const refused = connect(box, 3, inet(81), failed(111));
    expect(refused.fd?.name).toBe("0.0.0.0:0->10.0.0.1:81");
    expect(box.descriptor(first, 3)?.name).toBe("");
    connect(box, 3, inet(82), failed(115));
    expect(box.descriptor(first, 3)?.name).toBe("0.0.0.0:0->10.0.0.1:82");
    socket(box, 2, 1, 4);
    connect(box, 4, inet(83), failed(4));
    expect(box.descriptor(first, 4)?.name, "interrupted, and goes on").toBe("0.0.0.0:0->10.0.0.1:83");
  });

  it("lose their peer to AF_UNSPEC", () => {
    const box = started();
    socket(box, 2, 2, 3);
    connect(box, 3, inet(53), returned());
    connect(box, 3, new Uint8Array(16), returned());
    expect(box.descriptor(first, 3)).toMatchObject({ kind: "ipv4", name: "", socket: { remote: undefined } });
  });

  it("have the address that was there on entry", () => {
    const box = started();
    socket(box, 2, 1, 3);
    box.send("SYSCALL_CONNECT", first, { fd: 3n, address: inet(22, 9) });
    const event = box.send("SYSCALL_CONNECT", first, { fd: 3n, address: inet(80), exit: returned() });
    expect(event.fd?.name).toBe("0.0.0.0:0->10.0.0.9:22");
  });

  it("connect without an address, or before they were seen", () => {
    const box = started();
    expect(connect(box, 3, new Uint8Array(0), failed(22)).fd).toBeUndefined();
    expect(connect(box, 3, inet(80), returned()).fd).toMatchObject({
      kind: "ipv4",
      socket: { protocol: undefined },
    });
  });

  it("have what they are bound to, and what accept makes of them both ends", () => {
    const box = started();
    socket(box, 2, 1, 3);
    const bind = { fd: 3, address: inet(8080) };
    expect(box.call("SYSCALL_BIND", first, bind, failed(98)).fd?.name).toBe("");
    expect(box.call("SYSCALL_BIND", first, bind, returned()).fd?.name).toBe("10.0.0.1:8080");
    expect(box.send("SYSCALL_LISTEN", first, { fd: 3, backlog: 5, exit: returned() }).fd?.name).toBe(
      "10.0.0.1:8080",
    );
    const accept = {
      sysno: sysno.accept4,
      fd: 3,
      flags: cloexec,
      address: inet(5000, 7),
      fdPath: "socket:[1]",
    };
    expect(box.send("SYSCALL_ACCEPT", first, accept)).toMatchObject({
      fdNumber: 3,
      fd: { name: "10.0.0.1:8080" },
    });
    expect(box.send("SYSCALL_ACCEPT", first, { ...accept, exit: returned(4) })).toMatchObject({
      fdNumber: 4,
      fd: {
        name: "10.0.0.7:5000->10.0.0.1:8080",
        closeOnExec: true,
        fdPath: undefined,
        socket: { role: "server", protocol: "tcp" },
      },
    });
    expect(box.descriptor(first, 3)?.name).toBe("10.0.0.1:8080");
    expect(box.send("SYSCALL_ACCEPT", first, { ...accept, exit: failed(4) })).toMatchObject({
      fdNumber: -4,
      fd: undefined,
    });
  });

  it("of unix(7) are named after their path, of which accept says nothing", () => {
    const box = started();
    socket(box, 1, 1, 3);
    const path = Uint8Array.from([1, 0, ...new TextEncoder().encode("/run/x\0rubbish")]);
    expect(connect(box, 3, path, returned()).fd?.name).toBe("/run/x");
    const accept = { sysno: sysno.accept, fd: 9, address: Uint8Array.of(1, 0), exit: returned(4) };
    expect(box.send("SYSCALL_ACCEPT", first, accept).fd).toMatchObject({ kind: "unix", name: "" });
    socket(box, 1, 1, 5);
    box.call("SYSCALL_BIND", first, { fd: 5, address: path }, returned());
    const served = { ...accept, fd: 5, exit: returned(6) };
    expect(box.send("SYSCALL_ACCEPT", first, served).fd, "the server's own").toMatchObject({
      name: "/run/x",
    });
  });
});
