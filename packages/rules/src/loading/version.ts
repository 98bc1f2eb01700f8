/** Major, minor and patch. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Three numbers with dots between; what follows them does not matter, as in Falco. */
export function parseVersion(text: string): Version | undefined {
  const found = /^\s*([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Whether what has version `own` does for who needs `wanted`: the same major version, and no older. */
export function isCompatible(own: Version | undefined, wanted: Version | undefined): boolean {
  if (own === undefined || wanted === undefined || own[0] !== wanted[0]) return false;
  return own[1] > wanted[1] || (own[1] === wanted[1] && own[2] >= wanted[2]);
}
