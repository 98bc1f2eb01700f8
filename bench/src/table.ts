import { type BenchRow, isMet, type Reach } from "./bench-result.ts";

const columns = ["what", "value", "unit", "reach", "Falco", "met"];
const numeric = [1, 4];

/** The rows as lines of aligned text. */
export function textTable(rows: readonly BenchRow[]): string {
  const lines = [columns, ...rows.map(cellsOf)];
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return numeric.includes(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The rows as a table of Markdown. */
export function markdownTable(rows: readonly BenchRow[]): string {
  const rule = columns.map((_, column) => (numeric.includes(column) ? "---:" : "---"));
  return [columns, rule, ...rows.map(cellsOf)].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function cellsOf(row: BenchRow): readonly string[] {
  const { what, value, unit, reach, falco } = row;
  const met = isMet(row);
  const peer = falco === undefined ? "" : formatNumber(falco);
  return [
    what,
    formatNumber(value),
    unit,
    formatReach(reach),
    peer,
    met === undefined ? "" : met ? "yes" : "NO",
  ];
}

function formatReach({ atLeast, atMost }: Reach = {}): string {
  const bounds = [
    atLeast !== undefined && `≥ ${formatNumber(atLeast)}`,
    atMost !== undefined && `≤ ${formatNumber(atMost)}`,
  ];
  return bounds.filter((bound) => bound !== false).join(", ");
}

/** `value` with as many decimals as tell something. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  return value.toLocaleString("en", { maximumFractionDigits: size >= 100 ? 0 : size >= 0.1 ? 2 : 4 });
}
