import { describe, expect, it } from "vitest";
import type { Curve } from "../src/bench-result.ts";
import { drawCurve, pictureFile } from "../src/draw-curve.ts";

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
    expect(pictureFile(curve)).toBe("cost-by-sandboxes-more.svg");
  });

  it("is the same every time, and well-formed", () => {
    const svg = drawCurve(curve);
    expect(drawCurve(curve)).toBe(svg);
    expect(svg).toContain("Cost by sandboxes &lt;&amp; more>");
    const opened = [...svg.matchAll(/<(\w+)[^>]*?(?<!\/)>/g)].map(([, name]) => name);
    const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
    expect(opened.sort()).toEqual(closed.sort());
  });

  it("places points of equal factors at equal distances where they span much, and higher values higher", () => {
    const [first, second, third] = attributes(drawCurve(curve), 'class="point"').map(({ cx, cy }) => ({
      left: Number(cx),
      top: Number(cy),
    }));
    if (first === undefined || second === undefined || third === undefined) throw new Error("no points");
    expect(second.left - first.left).toBeCloseTo(third.left - second.left, 0);
    expect(first.top).toBeGreaterThan(third.top);
  });

  it("places them by their value where they span little", () => {
    const near = { ...curve, points: [1, 2, 4].map((x) => ({ x, y: 1 })) };
    const [a = 0, b = 0, c = 0] = attributes(drawCurve(near), 'class="point"').map(({ cx }) => Number(cx));
    expect(c - b).toBeCloseTo(2 * (b - a), 0);
  });

  it("draws the reach inside the axes, above the points that stay under it", () => {
    const svg = drawCurve(curve);
    const [reach] = attributes(svg, 'class="reach"');
    const tops = attributes(svg, 'class="point"').map(({ cy }) => Number(cy));
    expect(Number(reach?.["y1"])).toBeLessThan(Math.min(...tops));
    expect(Number(reach?.["y1"])).toBeGreaterThan(44);
    const { reach: _, ...without } = curve;
    expect(drawCurve(without)).not.toContain('class="reach"');
  });
});
