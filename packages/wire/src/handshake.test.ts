import { describe, expect, test } from "vitest";
import { decodeHandshake, encodeHandshake, maxHandshakeSize, protocolVersion } from "./handshake.ts";

const refused = expect.objectContaining({ name: "TraceError", code: "ERR_HANDSHAKE" });

describe("a handshake", () => {
  test("is the bytes that a Sentry sends", () => {
    expect([...encodeHandshake()]).toEqual([0x08, 1]);
    expect([...encodeHandshake(300)]).toEqual([0x08, 0xac, 0x02]);
  });

  test.each([protocolVersion, 2, 300, 2 ** 32 - 1])("of version %i is accepted", (version) => {
    expect(decodeHandshake(encodeHandshake(version))).toBe(version);
  });

  test("of a newer peer may have fields that are not known yet", () => {
    expect(decodeHandshake(Uint8Array.of(0x08, 2, 0x12, 1, 0x61, 0x18, 5))).toBe(2);
  });

  test("of no version, which is version 0, is refused", () => {
    expect(() => decodeHandshake(new Uint8Array(0))).toThrow(refused);
    expect(() => decodeHandshake(Uint8Array.of(0x08, 0))).toThrow(refused);
  });

  test("that does not decode is refused, and the cause is kept", () => {
    expect(() => decodeHandshake(Uint8Array.of(0x08))).toThrow(
      expect.objectContaining({ code: "ERR_HANDSHAKE", cause: expect.any(Error) }),
    );
    expect(() => decodeHandshake(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff))).toThrow(refused);
  });

  test("is at most as large as a Sentry reads", () => {
    const filler = maxHandshakeSize - 2 - 3;
    const packet = new Uint8Array(maxHandshakeSize);
    packet.set([0x08, 1, 0x12, (filler & 0x7f) | 0x80, filler >> 7]);
    expect(decodeHandshake(packet)).toBe(1);
    expect(() => decodeHandshake(new Uint8Array(maxHandshakeSize + 1))).toThrow(refused);
  });
});
