import { type ContainerMetadata, type ImageName, splitImageName } from "@sentrytap/rules";
import { textAt, textsAt } from "./json-value.ts";

type Image = Pick<ContainerMetadata, "image" | "imageId" | "imageRepository" | "imageTag" | "imageDigest">;

/** What the image is called to which a container's `Image` leads: an id in Docker, a name in Podman. */
export function imageOf(container: unknown): string {
  return textAt(container, "Image") ?? "";
}

/**
 * The image of a container, of what Docker says of both; of an image that is gone, what the container's own says.
 *
 * A container that was started by the image's name has that name: an image can have several. One that was started by an
 * id (`docker run 6f7e2741b66b`) has the first of its image's names; where that has none, being dangling, they are empty.
 */
export function dockerImage(container: unknown, image: unknown): Image {
  const given = textAt(container, "Config", "Image") ?? "";
  const imageId = withoutAlgorithm(
    textAt(image, "Id") ?? (isId(imageOf(container)) ? imageOf(container) : ""),
  );
  const digests = namesAt(image, "RepoDigests");
  const tags = namesAt(image, "RepoTags");
  const called = startsWithId(imageId, given) ? undefined : splitImageName(given);
  const repository = called?.repository ?? digests[0]?.repository ?? tags[0]?.repository ?? "";
  const sameName = ({ repository: other }: ImageName): boolean => familiar(other) === familiar(repository);
  const tagOfImage = tags.find(sameName)?.tag ?? "";
  // Who names an image without tag and digest means its tag `latest`.
  const impliedTag = called === undefined || called.digest !== undefined ? tagOfImage : "latest";
  return {
    image: given,
    imageId,
    imageRepository: repository,
    imageTag: called?.tag ?? impliedTag,
    imageDigest: called?.digest ?? digests.find(sameName)?.digest ?? onlyDigest(digests) ?? "",
  };
}

/** The names of an image; `<none>` stands where there is none. */
function namesAt(image: unknown, key: string): readonly ImageName[] {
  return textsAt(image, key).flatMap((name) => {
    const split = splitImageName(name);
    return split === undefined || split.repository === "<none>" ? [] : [split];
  });
}

/** The digest of an image under another name, where it has but one: that of an image which was given a name here. */
function onlyDigest(names: readonly ImageName[]): string | undefined {
  const [digest, ...others] = new Set(names.map((name) => name.digest));
  return others.length === 0 ? digest : undefined;
}

function isId(text: string): boolean {
  return /^(sha256:)?[0-9a-f]{64}$/.test(text);
}

function withoutAlgorithm(id: string): string {
  return id.replace(/^sha256:/, "");
}

/** Whether `given` is the image's id, or the beginning of it. */
function startsWithId(imageId: string, given: string): boolean {
  const id = withoutAlgorithm(given);
  return id === "" || (/^[0-9a-f]+$/.test(id) && imageId.startsWith(id));
}

/** A name as Docker shows it: what the Docker Hub has goes without the registry's. */
function familiar(repository: string): string {
  return repository.replace(/^(index\.)?docker\.io\/(library\/)?/, "");
}
