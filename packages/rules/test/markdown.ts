// Pieces of pages that are generated.

/** Names as code, with commas between them. */
export function codes(names: Iterable<string>): string {
  return Array.from(names, (name) => `\`${name}\``).join(", ");
}

/** A table's cell ends at a bar, and what looks like a tag is gone. */
export function escaped(text: string): string {
  return text.replace(/[<>]/g, (each) => (each === "<" ? "&lt;" : "&gt;")).replace(/\|/g, "\\|");
}

export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.map((line) => line.replace(/ {2}/g, " ")).join("\n");
}
