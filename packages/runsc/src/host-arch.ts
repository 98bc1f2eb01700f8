import process from "node:process";

/** The CPU of this machine, by which raw points are numbered unless another is named. */
export const hostArch: "x64" | "arm64" = process.arch === "arm64" ? "arm64" : "x64";
