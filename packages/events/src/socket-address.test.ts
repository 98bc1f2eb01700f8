import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpv6, parseSocketAddress } from "./socket-address.ts";

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const ipv4 = [2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const ipv6 = [10, 0, 0, 53, 0, 0, 0, 0, 0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1, 0, 0, 0, 0];
const parse = (...bytes: number[]): unknown => parseSocketAddress(Uint8Array.from(bytes));

describe("parseSocketAddress", () => {
  it("reads the addresses of ip(7) and ipv6(7)", () => {
    expect(parse(...ipv4)).toEqual({ family: "ipv4", ip: "127.0.0.1", port: 8080 });
    expect(parse(...ipv6)).toEqual({ family: "ipv6", ip: "2001:db8::1", port: 53 });
  });

  it("reads them without the padding that a caller may leave out", () => {
    expect(parse(...ipv4.slice(0, 8))).toEqual({ family: "ipv4", ip: "127.0.0.1", port: 8080 });
    expect(parse(...ipv6.slice(0, 24))).toEqual({ family: "ipv6", ip: "2001:db8::1", port: 53 });
  });

  it("reads the three kinds of unix(7)", () => {
    expect(parse(1, 0, ...ascii("/run/x.sock"), 0)).toEqual({ family: "unix", path: "/run/x.sock" });
    expect(parse(1, 0, ...ascii("/run/x.sock"))).toEqual({ family: "unix", path: "/run/x.sock" });
    expect(parse(1, 0)).toEqual({ family: "unix", path: "" });
    expect(parse(1, 0, 0)).toEqual({ family: "unix", path: "" });
    expect(parse(1, 0, 0, ...ascii("bus"))).toEqual({ family: "unix", path: "@bus" });
  });

  it("cuts a path at its NUL, behind which there is rubbish, and an abstract name nowhere", () => {
    expect(parse(1, 0, ...ascii("/a"), 0, ...ascii("rubbish"))).toEqual({ family: "unix", path: "/a" });
    expect(parse(1, 0, 0, ...ascii("a"), 0, ...ascii("b"))).toEqual({ family: "unix", path: "@a\0b" });
  });

  it("has the bytes of names that are no UTF-8, and keeps a byte order mark", () => {
    expect(parse(1, 0, 0, 0xff, 0x61)).toEqual({
      family: "unix",
      path: "@\ufffda",
      bytes: Uint8Array.of(0xff, 0x61),
    });
    expect(parse(1, 0, 0x2f, 0xe4, 0, 0x61)).toEqual({
      family: "unix",
      path: "/\ufffd",
      bytes: Uint8Array.of(0x2f, 0xe4),
    });
    expect(parse(1, 0, 0xef, 0xbb, 0xbf, 0x2f)).toEqual({ family: "unix", path: "\ufeff/" });
    expect(parse(1, 0, 0xef, 0xbf, 0xbd), "a replacement character of its own").toEqual({
      family: "unix",
      path: "\ufffd",
    });
  });

  it("reads a path and an abstract name as long as the address, and no longer", () => {
    const name = new Array(108).fill(0x61);
    expect(parse(1, 0, ...name)).toEqual({ family: "unix", path: "a".repeat(108) });
    expect(parse(1, 0, ...name, 0x62)).toEqual({ family: "unix", path: "a".repeat(108) });
    expect(parse(1, 0, 0, ...name)).toEqual({ family: "unix", path: `@${"a".repeat(107)}` });
    expect(parse(1, 0, 0, 0x61, ...new Array(106).fill(0)), "NULs and all").toEqual({
      family: "unix",
      path: `@a${"\0".repeat(106)}`,
    });
  });

  it("has the interface that an address of IPv6 is for", () => {
    expect(parse(...ipv6.slice(0, 24), 3, 0, 0, 0)).toMatchObject({ ip: "2001:db8::1", scopeId: 3 });
    expect(parse(...ipv6.slice(0, 24), 3, 0, 0)).toMatchObject({ ip: "2001:db8::1", scopeId: undefined });
    expect(parse(...ipv6)).toMatchObject({ scopeId: undefined });
  });

  it("reads an IPv4 address in one of IPv6", () => {
    const mapped = [10, 0, 0, 80, 0, 0, 0, 0, ...new Array(10).fill(0), 0xff, 0xff, 10, 0, 0, 1];
    expect(parse(...mapped)).toEqual({ family: "ipv6", ip: "::ffff:10.0.0.1", port: 80 });
  });

  it("reads the addresses of netlink(7)", () => {
    const address = [16, 0, 0, 0, 0x39, 0x30, 0, 0, 0x11, 0, 0, 0x80];
    expect(parse(...address)).toEqual({ family: "netlink", pid: 12345, groups: 0x80000011 });
    expect(parse(...address.slice(0, 11))).toMatchObject({ family: "other", number: 16 });
  });

  it("reads the addresses of packet(7), with as much of the hardware's address as is there", () => {
    const address = [17, 0, 8, 6, 2, 0, 0, 0, 1, 0, 4, 6, 0xde, 0xad, 0xbe, 0xef, 0, 1, 0, 0];
    const read = {
      family: "packet",
      protocol: 0x806,
      interfaceIndex: 2,
      hardwareType: 1,
      packetType: 4,
      hardwareAddress: "de:ad:be:ef:00:01",
    };
    expect(parse(...address)).toEqual(read);
    expect(parse(...address.slice(0, 14))).toEqual({ ...read, hardwareAddress: "de:ad" });
    expect(parse(...address.slice(0, 12))).toEqual({ ...read, hardwareAddress: "" });
    expect(parse(...address.slice(0, 11))).toMatchObject({ family: "other", number: 17 });
    expect(parse(...address.with(11, 255))).toMatchObject({ hardwareAddress: "de:ad:be:ef:00:01:00:00" });
  });

  it("has the bytes of what it does not read, and undefined without a family", () => {
    expect(parse(40, 0, 1, 2)).toEqual({ family: "other", number: 40, bytes: Uint8Array.of(40, 0, 1, 2) });
    expect(parse(0, 0)).toEqual({ family: "other", number: 0, bytes: Uint8Array.of(0, 0) });
    expect(parse(...ipv4.slice(0, 7))).toMatchObject({ family: "other", number: 2 });
    expect(parse(...ipv6.slice(0, 23))).toMatchObject({ family: "other", number: 10 });
    expect(parse()).toBeUndefined();
    expect(parse(2)).toBeUndefined();
  });

  it("reads what lies inside a larger buffer", () => {
    const buffer = Uint8Array.from([9, 9, 9, ...ipv4, 9]);
    expect(parseSocketAddress(buffer.subarray(3, 19))).toMatchObject({ ip: "127.0.0.1", port: 8080 });
  });

  it("never throws, keeps nothing of the bytes, and stays small, whatever they are", () => {
    const family = fc.constantFrom(0, 1, 2, 10, 16, 17, 40, 65535);
    const address = fc
      .tuple(family, fc.uint8Array({ maxLength: 300 }))
      .map(([number, rest]) => Uint8Array.from([number & 0xff, number >> 8, ...rest]));
    fc.assert(
      fc.property(fc.oneof(address, fc.uint8Array({ maxLength: 40 })), fc.nat(), (bytes, cut) => {
        const given = bytes.subarray(0, cut % (bytes.length + 1));
        const parsed = parseSocketAddress(given);
        if (given.length < 2) expect(parsed).toBeUndefined();
        switch (parsed?.family) {
          case "other":
            expect(parsed.bytes.buffer).not.toBe(given.buffer);
            expect(parsed.bytes.length).toBe(Math.min(given.length, 128));
            return;
          case "unix":
            expect(parsed.path.length).toBeLessThanOrEqual(109);
            expect(parsed.bytes?.buffer).not.toBe(given.buffer);
            return;
          case "packet":
            expect(parsed.hardwareAddress).toMatch(/^([0-9a-f]{2}(:[0-9a-f]{2}){0,7})?$/);
            return;
          case "ipv4":
          case "ipv6":
            expect(isIP(parsed.ip)).toBe(parsed.family === "ipv4" ? 4 : 6);
            expect(parsed.port).toBeLessThan(65536);
        }
      }),
    );
  });
});

describe("names of Unix sockets", () => {
  it("are read as they were given, and are told apart where they are not UTF-8", () => {
    const name = fc.uint8Array({ minLength: 1, maxLength: 107 });
    fc.assert(
      fc.property(name, (bytes) => {
        const parsed = parse(1, 0, 0, ...bytes) as { path: string; bytes?: Uint8Array };
        expect(parsed.path.startsWith("@")).toBe(true);
        expect(parsed.bytes ?? new TextEncoder().encode(parsed.path.slice(1))).toEqual(bytes);
      }),
    );
  });
});

describe("formatIpv6", () => {
  it.each([
    ["00000000000000000000000000000000", "::"],
    ["00000000000000000000000000000001", "::1"],
    ["20010db8000000000000000000010000", "2001:db8::1:0"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    ["20010000000000010000000000000001", "2001:0:0:1::1"],
    ["fe800000000000000000000000000000", "fe80::"],
    ["00000000000000000000ffff7f000001", "::ffff:127.0.0.1"],
    ["00010002000300040005000600070008", "1:2:3:4:5:6:7:8"],
  ])("%s is %s (RFC 5952)", (hex, text) => {
    expect(formatIpv6(Uint8Array.from(Buffer.from(hex, "hex")))).toBe(text);
  });
});
