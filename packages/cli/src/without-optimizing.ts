import { setFlagsFromString } from "node:v8";

/**
 * Does `work` without V8's optimizing compiler, which then takes up what is still in use. Rules are loaded once: compiling the
 * code that does it costs more processor time, on other threads, than all of the loading (of Falco's public rules 190 ms of 330).
 */
export async function withoutOptimizing<Result>(work: () => Promise<Result>): Promise<Result> {
  setFlagsFromString("--no-opt");
  try {
    return await work();
  } finally {
    setFlagsFromString("--opt");
  }
}
