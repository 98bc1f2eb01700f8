import { type ContainerMetadata, splitImageName } from "@sentrytap/rules";
import type { ContainerStatus } from "./gen/runtime_pb.ts";
import { textAt } from "./json-value.ts";

type Image = Pick<ContainerMetadata, "image" | "imageId" | "imageRepository" | "imageTag" | "imageDigest">;

/** Where runtimes note in a container's OCI annotations by which name its image was asked for. */
const imageAnnotations = [
  "io.kubernetes.cri.image-name",
  "io.kubernetes.cri-o.Image",
  "io.kubernetes.cri-o.ImageName",
] as const;

/**
 * The image of a container, of its status and of the JSON that a runtime says more by.
 *
 * `image_ref` is `name@sha256:...`, or an id, which may look like a digest, of an image that no registry has. The name is that of
 * `image_ref`, with the tag of `image`; where there are ids in their places, that of an annotation.
 */
export function criImage(status: ContainerStatus, info: unknown): Image {
  const asked = nameIn(status.image?.image) ?? nameIn(status.image?.userSpecifiedImage);
  const pulled = splitImageName(status.imageRef);
  const name = pulled?.digest === undefined ? undefined : pulled.repository;
  const tag = splitImageName(asked ?? "")?.tag;
  const image = named(name, tag) ?? asked ?? annotated(info) ?? "";
  return {
    image,
    imageId: imageIdOf(status, info),
    imageRepository: splitImageName(image)?.repository ?? "",
    imageTag: splitImageName(image)?.tag ?? "",
    imageDigest: pulled?.digest ?? splitImageName(image)?.digest ?? "",
  };
}

/** A text that is a name and no id. */
function nameIn(text: string | undefined): string | undefined {
  return text === undefined || text === "" || isId(text) ? undefined : text;
}

function isId(text: string): boolean {
  return /^(sha256:)?[0-9a-f]{64}$/.test(text);
}

function named(name: string | undefined, tag: string | undefined): string | undefined {
  return name === undefined || tag === undefined ? name : `${name}:${tag}`;
}

function annotated(info: unknown): string | undefined {
  const texts = imageAnnotations.map((key) => textAt(info, "runtimeSpec", "annotations", key));
  return texts.map(nameIn).find((text) => text !== undefined);
}

/** Kubelet asks for images by their ids, so that one is in the container's configuration; newer runtimes tell it apart. */
function imageIdOf({ imageId, imageRef }: ContainerStatus, info: unknown): string {
  const configured = textAt(info, "config", "image", "image") ?? "";
  const id = [configured, imageId, imageRef].find(isId) ?? "";
  return id.replace(/^sha256:/, "");
}
