import { describe, expect, it } from "vitest";
import type { Curve } from "../src/bench-result.ts";
import { drawCurves } from "../src/draw-curve.ts";

const curve: Curve = {
  name: "Cost by sandboxes <& more>",
  xLabel: "sandboxes",
  yLabel: "times one",
  points: [
    { x: 1, y: 1 },
    { x: 10, y: 1.05 },
    { x: 100, y: 1.1 },
  ],
  reach: 1.2,
};

/** The one picture that `curves` make. */
function drawn(...curves: readonly Curve[]): string {
  const [picture = "", ...others] = drawCurves(curves).values();
  expect(others).toEqual([]);
  return picture;
}

/** The attributes of the elements whose line has `mark`. */
function attributes(svg: string, mark: string): readonly Readonly<Record<string, string>>[] {
  return svg
    .split("\n")
    .filter((line) => line.includes(mark))
    .map((line) =>
      Object.fromEntries(Array.from(line.matchAll(/(\S+)="([^"]*)"/g), ([, key, value]) => [key, value])),
    );
}

describe("the picture of a curve", () => {
  it("has a file named after the curve", () => {
    expect([...drawCurves([curve]).keys()]).toEqual(["cost-by-sandboxes-more.svg"]);
  });

  it("is the same every time, and well-formed", () => {
    const svg = drawn(curve);
    expect(drawn(curve)).toBe(svg);
    expect(svg).toContain("Cost by sandboxes &lt;&amp; more>");
    const opened = [...svg.matchAll(/<(\w+)[^>]*?(?<!\/)>/g)].map(([, name]) => name);
    const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
    expect(opened.sort()).toEqual(closed.sort());
  });

  it("places points of equal factors at equal distances where they span much, and higher values higher", () => {
    const [first, second, third] = attributes(drawn(curve), 'class="point"').map(({ cx, cy }) => ({
      left: Number(cx),
      top: Number(cy),
    }));
    if (first === undefined || second === undefined || third === undefined) throw new Error("no points");
    expect(second.left - first.left).toBeCloseTo(third.left - second.left, 0);
    expect(first.top).toBeGreaterThan(third.top);
  });

  it("places them by their value where they span little", () => {
    const near = { ...curve, points: [1, 2, 4].map((x) => ({ x, y: 1 })) };
    const [a = 0, b = 0, c = 0] = attributes(drawn(near), 'class="point"').map(({ cx }) => Number(cx));
    expect(c - b).toBeCloseTo(2 * (b - a), 0);
  });

  it("has all curves of a name, each in a colour, and says which is which", () => {
    const [first, second] = [
      { ...curve, line: "over a socket" },
      { ...curve, line: "in memory", points: [{ x: 1_000, y: 9 }] },
    ];
    const svg = drawn(first, second);
    const colours = attributes(svg, "<polyline").map(({ stroke }) => stroke);
    expect(new Set(colours).size).toBe(2);
    for (const { line } of [first, second]) expect(svg).toContain(`>${line}</text>`);
    const points = attributes(svg, 'class="point"');
    expect(points).toHaveLength(4);
    expect(Number(points[3]?.["cx"])).toBeGreaterThan(Number(points[2]?.["cx"]));
    expect(drawCurves([first, { ...second, name: "Another" }]).size).toBe(2);
  });

  it("draws the reach inside the axes, above the points that stay under it", () => {
    const svg = drawn(curve);
    const [reach] = attributes(svg, 'class="reach"');
    const tops = attributes(svg, 'class="point"').map(({ cy }) => Number(cy));
    expect(Number(reach?.["y1"])).toBeLessThan(Math.min(...tops));
    expect(Number(reach?.["y1"])).toBeGreaterThan(44);
    const { reach: _, ...without } = curve;
    expect(drawn(without)).not.toContain('class="reach"');
  });
});
