import { expect, test } from "vitest";
import { RecentMap } from "./recent-map.ts";

test("what is used stays, what is not is forgotten first", () => {
  const map = new RecentMap<number>(10);
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
  const map = new RecentMap<string>(4);
  map.set("a", "old");
  for (const key of ["b", "c"]) map.set(key, key); // "a" is among the older ones now
  map.set("a", "new");
  expect(map.get("a")).toBe("new");
  expect(map.size).toBe(3);
  map.delete("a");
  expect(map.get("a")).toBeUndefined();
});
