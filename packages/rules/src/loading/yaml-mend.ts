import type { YAMLParseError } from "yaml";

const mends: Readonly<Partial<Record<YAMLParseError["code"], string>>> = {
  BAD_ALIAS: "name an anchor that stands before it, or put a value that begins with * in quotes",
  BAD_DIRECTIVE: "put a value that begins with % in quotes",
  BAD_DQ_ESCAPE: "write \\\\ for a backslash, or use single quotes",
  BAD_INDENT: "indent it as what it belongs to",
  BAD_SCALAR_START: "put a value that begins so in quotes",
  BLOCK_AS_IMPLICIT_KEY: "put a value with a colon in quotes, or give each key its own line",
  BLOCK_IN_FLOW: "close the bracket before it",
  MISSING_CHAR: "add it, or put the value in quotes",
  MULTILINE_IMPLICIT_KEY: "add the colon behind the key, or indent what goes on from the line before",
  TAB_AS_INDENT: "indent with blanks, not tabs",
  UNEXPECTED_TOKEN: "take it out, or put the value in quotes",
};

/** How to mend a mistake in YAML: the end of a message, empty where the parser's words say it. */
export function yamlMend(code: YAMLParseError["code"]): string {
  const mend = mends[code];
  return mend === undefined ? "" : `: ${mend}`;
}
