/** Which gVisor a runsc is of. */
export interface RunscVersion {
  /** As it calls itself: `release-20240729.0`; Debian's `0.0~20240729.0`. */
  readonly text: string;
  /** The day of the release as a number, 20240729, to compare; `undefined` where the version has none, as of a build of one's own. */
  readonly release: number | undefined;
}

/**
 * What `runsc --version` printed.
 *
 * @throws {TypeError} where it is something else.
 */
export function parseVersion(printed: string): RunscVersion {
  const [, text] = /^runsc version (\S{1,200})$/m.exec(printed) ?? [];
  if (text === undefined) throw new TypeError('a line "runsc version ..." must be there, and is not');
  const [, day] = /(?:^|[-~])(20[0-9]{6})(?:\.|$)/.exec(text) ?? [];
  return { text, release: day === undefined ? undefined : Number(day) };
}
