import { describe, expect, test } from "vitest";
import { dockerImage } from "./docker-image.ts";

const hex = "6f7e2741b66b0d93aa02bd2f4a4a2cd0b9c0f6ba1d2f7a0d1a2b3c4d5e6f7081";
const digest = `sha256:${"77".repeat(32)}`;
const other = `sha256:${"88".repeat(32)}`;

interface Case {
  readonly given: string;
  readonly tags?: readonly string[];
  readonly digests?: readonly string[];
  readonly is: readonly [repository: string, tag: string, digest: string];
}

const cases: Readonly<Record<string, Case>> = {
  "a name with a tag": {
    given: "redis:7",
    tags: ["redis:7"],
    digests: [`redis@${digest}`],
    is: ["redis", "7", digest],
  },
  "a name alone means latest": {
    given: "redis",
    tags: ["redis:7", "redis:latest"],
    is: ["redis", "latest", ""],
  },
  "one of several names": {
    given: "here/cache:1",
    tags: ["redis:7", "here/cache:1"],
    digests: [`redis@${digest}`],
    is: ["here/cache", "1", digest],
  },
  "one of several names, each with a digest": {
    given: "here/cache:1",
    digests: [`redis@${digest}`, `here/cache@${other}`],
    is: ["here/cache", "1", other],
  },
  "digests of other names only": {
    given: "mine:1",
    digests: [`redis@${digest}`, `valkey@${other}`],
    is: ["mine", "1", ""],
  },
  "a registry with a port": {
    given: "hub.example:5000/shop/web",
    tags: ["hub.example:5000/shop/web:latest"],
    digests: [`hub.example:5000/shop/web@${digest}`],
    is: ["hub.example:5000/shop/web", "latest", digest],
  },
  "a digest": { given: `redis@${digest}`, tags: ["redis:7"], is: ["redis", "7", digest] },
  "a digest without any tag": { given: `redis@${digest}`, tags: [], is: ["redis", "", digest] },
  "a tag and a digest": { given: `redis:7.2@${digest}`, tags: ["redis:7"], is: ["redis", "7.2", digest] },
  "the Docker Hub's full name": {
    given: "docker.io/library/redis:7",
    digests: [`redis@${digest}`, `valkey@${other}`],
    is: ["docker.io/library/redis", "7", digest],
  },
  "an id": { given: hex, tags: ["redis:7"], digests: [`redis@${digest}`], is: ["redis", "7", digest] },
  "the beginning of an id": { given: hex.slice(0, 12), tags: ["redis:7", "b:1"], is: ["redis", "7", ""] },
  "an id with its algorithm": {
    given: `sha256:${hex.slice(0, 6)}`,
    tags: ["redis:7"],
    is: ["redis", "7", ""],
  },
  "an id of an image with a digest alone": {
    given: hex,
    digests: [`redis@${digest}`],
    is: ["redis", "", digest],
  },
  "an id of a dangling image": { given: hex, tags: [], digests: [], is: ["", "", ""] },
  "an id of one that is dangling in old words": {
    given: hex,
    tags: ["<none>:<none>"],
    digests: ["<none>@<none>"],
    is: ["", "", ""],
  },
  "a name that is hexadecimal": { given: "beef:1", tags: ["beef:1"], is: ["beef", "1", ""] },
  nothing: { given: "", tags: ["redis:7"], is: ["redis", "7", ""] },
};

describe("an image that was given by", () => {
  test.each(Object.entries(cases))("%s", (_, { given, tags = [], digests = [], is }) => {
    const image = { Id: `sha256:${hex}`, RepoTags: tags, RepoDigests: digests };
    const told = dockerImage({ Image: `sha256:${hex}`, Config: { Image: given } }, image);
    const [imageRepository, imageTag, imageDigest] = is;
    expect(told).toEqual({ image: given, imageId: hex, imageRepository, imageTag, imageDigest });
  });
});

test("an image of which nothing is told is what the container says", () => {
  const told = dockerImage({ Image: `sha256:${hex}`, Config: { Image: "redis:7" } }, undefined);
  expect(told).toMatchObject({ imageId: hex, imageRepository: "redis", imageTag: "7", imageDigest: "" });
});
