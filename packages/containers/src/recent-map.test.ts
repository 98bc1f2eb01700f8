import { expect, test } from "vitest";
import { RecentMap } from "./recent-map.ts";

const each = { maxSize: 1_000_000, sizeOf: () => 1 };

test("what is used stays, what is not is forgotten first", () => {
  const map = new RecentMap<number>({ maxCount: 10, ...each });
  map.set("used", 0);
  for (let i = 1; i <= 100; i++) {
    map.set(String(i), i);
    expect(map.get("used")).toBe(0);
    expect(map.get(String(i))).toBe(i);
    expect(map.size).toBeLessThanOrEqual(10);
  }
  expect(map.get("50")).toBeUndefined();
  expect(map.get("99")).toBe(99);
});

test("another value takes the place of the old one, wherever that is", () => {
  const map = new RecentMap<string>({ maxCount: 4, ...each });
  map.set("a", "old");
  for (const key of ["b", "c"]) map.set(key, key); // "a" is among the older ones now
  map.set("a", "new");
  expect(map.get("a")).toBe("new");
  expect(map.size).toBe(3);
  map.delete("a");
  expect(map.get("a")).toBeUndefined();
});

test("large values make others forgotten", () => {
  const map = new RecentMap<string>({ maxCount: 1_000, maxSize: 100, sizeOf: (text) => text.length });
  for (let i = 0; i < 100; i++) {
    map.set(String(i), "x".repeat(10));
    expect(map.size).toBeLessThanOrEqual(10);
  }
  expect(map.get("99")).toBeDefined();
  // One that is too large by itself is there until the next one comes.
  map.set("huge", "x".repeat(1_000));
  expect(map.get("huge")).toBeDefined();
  map.set("small", "x");
  map.set("smaller", "");
  expect(map.get("small")).toBe("x");
});

test("a value that is set again and again makes nothing else forgotten for long", () => {
  const map = new RecentMap<string>({ maxCount: 10, maxSize: 100, sizeOf: (text) => text.length });
  for (let i = 0; i < 100; i++) {
    map.set("same", "x".repeat(10));
    map.get("other") ?? map.set("other", "y");
    expect(map.get("same")).toBe("x".repeat(10));
    expect(map.size).toBe(2);
  }
});
