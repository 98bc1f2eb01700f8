import { describe, expect, test } from "vitest";
import { canonicalAddress, isInNetwork, parseAddress, parseNetwork } from "./ip.ts";

describe("canonicalAddress", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:DB8::0:1", "2001:db8::1"],
    ["::", "::"],
    ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
  ])("%s is %s", (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });

  test.each([
    "",
    "localhost",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4.5",
    ":",
    ":::",
    "1::2::3",
    "12345::",
    "g::",
  ])("%j is none", (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });
});

describe("isInNetwork", () => {
  test.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.1.2.3", "10.0.0.0/8", false],
    ["192.168.1.129", "192.168.1.128/25", true],
    ["192.168.1.127", "192.168.1.128/25", false],
    ["1.2.3.4", "0.0.0.0/0", true],
    ["1.2.3.4", "1.2.3.4/32", true],
    ["fe80::1", "fe80::/10", true],
    ["::1", "fe80::/10", false],
    ["10.1.2.3", "::/0", false],
  ])("%s in %s: %s", (address, network, expected) => {
    const bytes = parseAddress(address) ?? [];
    const parsed = parseNetwork(network);
    expect(parsed && isInNetwork(bytes, parsed)).toBe(expected);
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "fe80::/129", "10.0.0.0/", "10.0.0.0/8/8", "x/8"])(
    "%s is no network",
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );
});
