import { type CST, Lexer, Parser } from "yaml";
import type { SourceFile } from "./source-file.ts";

/** Words, signs and line ends that may still be read: shared by all sources of one load. */
export interface TokenBudget {
  readonly most: number;
  left: number;
}

/** Thrown where a file asks for too much; made a diagnostic by who reads it. */
export class YamlLimit extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Levels of YAML; rules need ten. */
const maxDepth = 100;

const maxDocuments = 1000;

/** Tags and anchors, of which rules need few, and which cost much where they stand wrong. */
const maxProperties = 20_000;

/** Mistakes of one file after which the rest is not looked at. */
const maxErrors = 100;

/**
 * The concrete syntax of a file, one piece for each document. What would take long or nest deeply is refused while it is
 * read: time and memory are in proportion to the budget.
 *
 * @throws {YamlLimit}
 */
export function* yamlTokens({ text }: SourceFile, budget: TokenBudget): Generator<CST.Token> {
  const parser = new Parser();
  let documents = 0;
  let properties = 0;
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (--budget.left < 0) {
      throw new YamlLimit(
        `more than ${budget.most} words and signs, all files together: load fewer rules`,
        parser.offset,
      );
    }
    if (lexeme.startsWith('"') && hasManyWrongEscapes(lexeme)) {
      throw new YamlLimit(
        `more than ${maxErrors} wrong escapes in a string: use single quotes`,
        parser.offset,
      );
    }
    if (isProperty(lexeme) && ++properties > maxProperties) {
      throw new YamlLimit(`more than ${maxProperties} tags and anchors: use fewer`, parser.offset);
    }
    for (const token of parser.next(lexeme)) {
      if (token.type === "document" && ++documents > maxDocuments) {
        throw new YamlLimit(`more than ${maxDocuments} documents: take some --- out`, token.offset);
      }
      yield token;
      if (token.type === "error" && ++errors === maxErrors) return;
    }
    if (parser.stack.length > maxDepth) {
      throw new YamlLimit("nested too deeply: a rules file needs only a few levels", parser.offset);
    }
  }
  yield* parser.end();
}

function isProperty(lexeme: string): boolean {
  return lexeme.startsWith("&") || lexeme.startsWith("!");
}

/** An escape in double quotes; with a group where it is none that YAML has. */
const escapes =
  /\\(?:[0abtnvfre "/\\N_LP\t\r\n]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|())/g;

/** Each would be a mistake of its own, and a string has room for millions. */
function hasManyWrongEscapes(quoted: string): boolean {
  let wrong = 0;
  for (const [, none] of quoted.matchAll(escapes)) if (none !== undefined && ++wrong > maxErrors) return true;
  return false;
}
