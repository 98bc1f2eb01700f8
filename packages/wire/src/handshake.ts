import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { TraceError } from "@sentrytap/core";
import { HandshakeSchema } from "./gen/common_pb.ts";

/** The version of the protocol that this library speaks, and the least that it accepts. */
export const protocolVersion = 1;

/** The largest handshake, in bytes. A Sentry reads one into a buffer of 10,240 and takes a full one for too large. */
export const maxHandshakeSize = 10_239;

/** The handshake packet that says `version`: the first packet of a connection, in both directions. */
export function encodeHandshake(version: number = protocolVersion): Uint8Array<ArrayBuffer> {
  return new Uint8Array(toBinary(HandshakeSchema, create(HandshakeSchema, { version })));
}

/**
 * The version in a peer's handshake packet.
 *
 * @throws {TraceError} `ERR_HANDSHAKE` where the packet is too large, is no handshake, or names a version below
 * {@link protocolVersion}. Newer versions are fine: the protocol's messages only ever grow.
 */
export function decodeHandshake(packet: Uint8Array): number {
  if (packet.length > maxHandshakeSize) {
    throw new TraceError(
      "ERR_HANDSHAKE",
      `the handshake has ${packet.length} bytes, at most ${maxHandshakeSize} are allowed`,
    );
  }
  let version: number;
  try {
    version = fromBinary(HandshakeSchema, packet).version;
  } catch (cause) {
    throw new TraceError("ERR_HANDSHAKE", "the first packet is no handshake", { cause });
  }
  if (version < protocolVersion) {
    throw new TraceError(
      "ERR_HANDSHAKE",
      `the peer speaks version ${version}, at least ${protocolVersion} is needed`,
    );
  }
  return version;
}
