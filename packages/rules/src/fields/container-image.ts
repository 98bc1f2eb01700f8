/** The parts of an image's name, such as `hub.example:5000/web:2.1@sha256:77aa`. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The parts of what an image is called; `undefined` where that is not the name of one. */
export function splitImageName(image: string): ImageName | undefined {
  const at = image.indexOf("@");
  const name = at < 0 ? image : image.slice(0, at);
  // A colon before the last slash is that of a registry's port.
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const repository = tagged ? name.slice(0, colon) : name;
  if (repository === "") return undefined;
  const tag = tagged ? name.slice(colon + 1) : "";
  const digest = at < 0 ? "" : image.slice(at + 1);
  return { repository, tag: tag || undefined, digest: digest || undefined };
}
