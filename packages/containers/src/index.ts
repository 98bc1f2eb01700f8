export type { SourceStats, SourceTrouble } from "./asked-source.ts";
export type { ContainerSource } from "./container-source.ts";
export type { ConnectingSandbox, Containers, ContainersStats } from "./containers.ts";
export { createContainers } from "./create-containers.ts";
export { createCriSource } from "./cri-source.ts";
export { createDockerSource } from "./docker-source.ts";
export { localSources } from "./local-sources.ts";
export type { ContainersOptions } from "./options.ts";
export { createSocketSource } from "./socket-source.ts";
