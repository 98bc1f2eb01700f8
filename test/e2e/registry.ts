// A registry of images for end-to-end tests: what daemons need to pull an image from it, and so to know its digest.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { arch } from "node:process";
import { gzipSync } from "node:zlib";

/** An image, made of a folder. */
export interface ImageSource {
  readonly folder: string;
  /** What of the image's configuration matters: `Cmd`, `Env`, `Labels`, `Healthcheck`. */
  readonly config?: object;
}

export interface Registry {
  /** How its images begin: `127.0.0.1:41234`. */
  readonly address: string;
  /** Digest of an image, by its name and tag. */
  digestOf(name: string): string;
  close(): Promise<void>;
}

interface Blob {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Starts one with these images, by name and tag: `tools:1`. It speaks HTTP at the loopback address, as daemons allow there. */
export async function startRegistry(images: Readonly<Record<string, ImageSource>>): Promise<Registry> {
  const blobs = new Map<string, Blob>();
  const tags = new Map(Object.entries(images).map(([name, image]) => [name, addImage(blobs, image)]));
  const server = createServer((request, response) => {
    if (request.url === "/v2/") return void response.end("{}");
    // /v2/NAME/manifests/TAG-OR-DIGEST and /v2/NAME/blobs/DIGEST
    const [, name, reference] = request.url?.match(/^\/v2\/(.+)\/(?:manifests|blobs)\/([^/?]+)/) ?? [];
    const digest = tags.get(`${name}:${reference}`) ?? reference ?? "";
    const blob = blobs.get(digest);
    if (blob === undefined) return void response.writeHead(404).end();
    const headers = { "content-type": blob.type, "content-length": blob.bytes.length };
    response.writeHead(200, { ...headers, "docker-content-digest": digest });
    response.end(request.method === "HEAD" ? undefined : blob.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens at an address
  return {
    address: `127.0.0.1:${port}`,
    digestOf: (name) => tags.get(name) ?? "",
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Gives the digest of its manifest. */
function addImage(blobs: Map<string, Blob>, { folder, config = {} }: ImageSource): string {
  const packed = spawnSync("tar", ["-C", folder, "-c", "."], { maxBuffer: 1024 ** 3 });
  if (packed.status !== 0) throw new Error(`tar of ${folder}: ${packed.stderr}`);
  const add = (type: string, bytes: Buffer): { mediaType: string; size: number; digest: string } => {
    const digest = sha256(bytes);
    blobs.set(digest, { type, bytes });
    return { mediaType: type, size: bytes.length, digest };
  };
  const description = {
    architecture: arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: [sha256(packed.stdout)] },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: add("application/vnd.docker.container.image.v1+json", json(description)),
    layers: [add("application/vnd.docker.image.rootfs.diff.tar.gzip", gzipSync(packed.stdout, { level: 1 }))],
  };
  return add(manifest.mediaType, json(manifest)).digest;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
