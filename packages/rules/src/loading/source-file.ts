import { LineCounter } from "yaml";
import type { Position } from "../diagnostic.ts";

/** A text of rules with its name; `loadRules` takes several, in order. */
export interface RuleSource {
  /** What diagnostics call it, such as its path. */
  readonly name: string;
  /** YAML. */
  readonly text: string;
}

/** A source while it is read. */
export interface SourceFile extends RuleSource {
  readonly lines: LineCounter;
}

export function createSourceFile({ name, text }: RuleSource): SourceFile {
  return { name, text, lines: new LineCounter() };
}

/** A source that is no YAML, whose lines no reader of YAML will count. */
export function createTextFile(source: RuleSource): SourceFile {
  const file = createSourceFile(source);
  file.lines.addNewLine(0);
  for (let at = file.text.indexOf("\n"); at >= 0; at = file.text.indexOf("\n", at + 1)) {
    file.lines.addNewLine(at + 1);
  }
  return file;
}

/** Line and column of an offset. */
export function positionAt(file: SourceFile, offset: number): Position {
  const { line, col } = file.lines.linePos(offset);
  return line === 0 ? { line: 1, column: 1 } : { line, column: col };
}
