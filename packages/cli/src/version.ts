import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string; // our own file
};

/** The version in this package's manifest. */
export const version: string = manifest.version;
