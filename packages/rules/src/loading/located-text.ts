import { lastAtMost, type SourceFile } from "./source-file.ts";

/** A place in a file. */
export interface Location {
  readonly file: SourceFile;
  readonly offset: number;
}

/** What knows where its characters come from. */
export interface Origin {
  locate(index: number): Location | undefined;
}

/** A text put together from strings of several files, which knows for each character where it came from. */
export interface LocatedText extends Origin {
  readonly text: string;
}

/** A piece of text that came from one place. */
interface Piece {
  /** Where in the whole it begins. */
  readonly start: number;
  readonly from: Origin;
  /** Which character of `from` the piece begins with. */
  readonly index: number;
  /** Whether all of the piece stands for that one character, as what a list's name was replaced with. */
  readonly whole: boolean;
}

/** Puts a {@link LocatedText} together, from left to right. */
export interface LocatedTextBuilder {
  readonly length: number;
  /** Appends `text`, which is what stands at `index` of `from`. */
  append(text: string, from: Origin, index?: number): void;
  /** Appends `text`, all of which counts as standing at character `index` of `from`. */
  insert(text: string, from: Origin, index?: number): void;
  build(): LocatedText;
}

class Builder implements LocatedTextBuilder {
  readonly #parts: string[] = [];
  readonly #pieces: Piece[] = [];
  length = 0;

  append(text: string, from: Origin, index = 0): void {
    this.#add(text, { start: this.length, from, index, whole: false });
  }

  insert(text: string, from: Origin, index = 0): void {
    this.#add(text, { start: this.length, from, index, whole: true });
  }

  build(): LocatedText {
    const pieces = this.#pieces;
    let starts: readonly number[] | undefined;
    return {
      text: this.#parts.join(""),
      locate: (offset) => {
        starts ??= pieces.map(({ start }) => start);
        return locate(pieces[lastAtMost(starts, offset)], offset);
      },
    };
  }

  #add(text: string, piece: Piece): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#pieces.push(piece);
    this.length += text.length;
  }
}

export function createLocatedTextBuilder(): LocatedTextBuilder {
  return new Builder();
}

function locate(piece: Piece | undefined, offset: number): Location | undefined {
  if (piece === undefined) return undefined;
  const { from, index, start, whole } = piece;
  return from.locate(whole ? index : index + offset - start);
}
