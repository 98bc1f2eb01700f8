import type { Curve, Point } from "./bench-result.ts";
import { formatNumber } from "./table.ts";

const width = 640;
const height = 360;
/** Where the axes end. */
const plot = { left: 64, right: 616, top: 44, bottom: 300 };
/** A factor between the first and the last x from which on the axis is logarithmic. */
const wide = 20;
/** What a character of a label takes of its line, at most. */
const charWidth = 8;

// Readable on white and on black alike: a picture does not know what page it stands on.
const style = `
    text { font: 13px sans-serif; fill: #7d8590; }
    .title { font-size: 15px; font-weight: bold; }
    .axis { stroke: #7d8590; }
    .grid { stroke: #7d8590; stroke-opacity: 0.25; }
    .reach { stroke: #d2691e; stroke-width: 1.5; stroke-dasharray: 7 5; }
    .reach-label { fill: #d2691e; }
    .curve { stroke-width: 2.5; fill: none; }
  `;

/** Of the curves of a picture, in their order. */
const colours = ["#2f81f7", "#3fa66a", "#b45bcf", "#c9901a"];

/** The pictures of `curves`, by the names of their files. */
export function drawCurves(curves: readonly Curve[]): ReadonlyMap<string, string> {
  const names = [...new Set(curves.map(({ name }) => name))];
  return new Map(names.map((name) => [fileOf(name), draw(curves.filter((curve) => curve.name === name))]));
}

function fileOf(name: string): string {
  return `${name
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join("-")}.svg`;
}

/** An SVG document of curves of one name. The same curves give the same bytes. */
function draw(curves: readonly Curve[]): string {
  const [{ name, xLabel, yLabel, reach } = { name: "", xLabel: "", yLabel: "" }] = curves;
  const points = curves.flatMap((curve) => curve.points);
  const highest = Math.max(...points.map(({ y }) => y), reach ?? 0);
  const step = niceStep(highest / 5);
  const most = step * Math.ceil((1.08 * highest) / step);
  const x = xScale(points);
  const y = (value: number): number => round(plot.bottom - (value / most) * (plot.bottom - plot.top));
  const along = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const parts = [
    text(width / 2, 22, name, "middle", "title"),
    ...ticks(most, step).flatMap((value) => [
      line(plot.left, y(value), plot.right, y(value), value === 0 ? "axis" : "grid"),
      text(plot.left - 8, y(value) + 4, formatNumber(value), "end"),
    ]),
    line(plot.left, plot.top, plot.left, plot.bottom, "axis"),
    ...apart(along.map((value) => ({ left: x(value), top: plot.bottom, value }))).map(label),
    text((plot.left + plot.right) / 2, height - 16, xLabel, "middle"),
    `<text transform="translate(18 ${(plot.top + plot.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    ...(reach === undefined
      ? []
      : [
          line(plot.left, y(reach), plot.right, y(reach), "reach"),
          text(plot.left + 8, y(reach) - 6, `at most ${formatNumber(reach)}`, "start", "reach-label"),
        ]),
    ...curves.flatMap((curve, index) => drawLine(curve, index, x, y)),
    // Values would run into the other curves.
    ...(curves.length > 1
      ? curves.map(legend)
      : apart(points.map((point) => ({ left: x(point.x), top: y(point.y), value: point.y }))).map(label)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(name)}">
  <style>${style}</style>
  ${parts.join("\n  ")}
</svg>
`;
}

function drawLine(
  { points }: Curve,
  index: number,
  x: (value: number) => number,
  y: (value: number) => number,
): readonly string[] {
  const colour = colourOf(index);
  return [
    `<polyline class="curve" stroke="${colour}" points="${points.map((point) => `${x(point.x)},${y(point.y)}`).join(" ")}"/>`,
    ...points.map(
      (point) =>
        `<circle class="point" fill="${colour}" cx="${x(point.x)}" cy="${y(point.y)}" r="4"><title>${formatNumber(point.x)}: ${formatNumber(point.y)}</title></circle>`,
    ),
  ];
}

/** What a curve is of, in its colour, at the bottom: nothing else is there where costs are ratios. */
function legend({ line: what = "" }: Curve, index: number, { length: count }: readonly Curve[]): string {
  const top = plot.bottom - 14 - 20 * (count - 1 - index);
  return `<text style="fill: ${colourOf(index)}" x="${plot.right - 8}" y="${top}" text-anchor="end">${escaped(what)}</text>`;
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? "";
}

/** Where on the picture a value of the x axis is. */
function xScale(points: readonly Point[]): (value: number) => number {
  const first = Math.min(...points.map(({ x }) => x));
  const last = Math.max(...points.map(({ x }) => x));
  const along = last / first > wide ? Math.log : (value: number): number => value;
  const span = along(last) - along(first) || 1;
  // The outermost points keep off the edges.
  const [left, right] = [plot.left + 24, plot.right - 24];
  return (value) => round(left + ((along(value) - along(first)) / span) * (right - left));
}

/** 1, 2 or 5 times a power of ten: the least that is not under `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((times) => times * power >= least) ?? 10) * power;
}

function ticks(most: number, step: number): readonly number[] {
  return Array.from({ length: Math.round(most / step) + 1 }, (_, i) => i * step);
}

/** A number to be written below where it belongs. */
interface Label {
  readonly left: number;
  readonly top: number;
  readonly value: number;
}

/** Those labels that do not run into the ones before. */
function apart(labels: readonly Label[]): readonly Label[] {
  const kept: Label[] = [];
  for (const each of labels) {
    const before = kept.at(-1);
    const room = (charWidth * (length(each) + (before === undefined ? 0 : length(before)))) / 2;
    if (before === undefined || each.left - before.left >= room) kept.push(each);
  }
  return kept;
}

function length({ value }: Label): number {
  return formatNumber(value).length;
}

function label({ left, top, value }: Label): string {
  return text(left, round(top + 20), formatNumber(value), "middle");
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
}

function text(x: number, y: number, content: string, anchor: string, kind?: string): string {
  const named = kind === undefined ? "" : ` class="${kind}"`;
  return `<text${named} x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
