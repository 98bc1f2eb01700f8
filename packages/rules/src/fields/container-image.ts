/** What an image is called in `image`, without tag and digest; `undefined` where that is not the name of one. */
export function repositoryOf(image: string | undefined): string | undefined {
  return split(image)?.repository;
}

/** The tag in `image`, if there is one. */
export function tagOf(image: string | undefined): string | undefined {
  return split(image)?.tag;
}

/** A colon before the last slash is that of a registry's port. */
function split(image = ""): { readonly repository: string; readonly tag: string | undefined } | undefined {
  const [name = ""] = image.split("@", 1);
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const repository = tagged ? name.slice(0, colon) : name;
  const tag = tagged ? name.slice(colon + 1) : "";
  return repository === "" ? undefined : { repository, tag: tag === "" ? undefined : tag };
}
