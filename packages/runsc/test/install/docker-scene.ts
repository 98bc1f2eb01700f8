import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { applySteps } from "../../src/install/apply-steps.ts";
import { type DockerInstallOptions, planDockerInstall } from "../../src/install/docker-install.ts";
import { planDockerUninstall } from "../../src/install/docker-uninstall.ts";
import type { InstallPlan } from "../../src/install/step.ts";
import { podInitConfig } from "../../src/pod-init-config.ts";

/** A folder with what Docker's configuration is made of, for one test. */
export class DockerScene {
  readonly folder: string = mkdtempSync(join(tmpdir(), "sentrytap-install-"));
  readonly daemonJson: string = join(this.folder, "docker/daemon.json");
  readonly podInit: string = join(this.folder, "sentrytap/pod-init.json");
  readonly runsc: string;

  /** `text`: of daemon.json; without it there is none. `runsc`: what it has as the runtime's path. */
  constructor(text?: string, runsc?: string) {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    this.runsc = runsc ?? join(this.folder, "runsc");
    if (runsc === undefined) this.writeRunsc("release-20240729.0");
    if (text !== undefined) this.write(text);
  }

  /** A runsc that says this version. */
  writeRunsc(version: string): void {
    writeFileSync(this.runsc, `#!/bin/sh\necho runsc version ${version}\n`, { mode: 0o755 });
  }

  write(text: string): void {
    mkdirSync(join(this.folder, "docker"), { recursive: true });
    writeFileSync(this.daemonJson, text);
  }

  read(): string {
    return readFileSync(this.daemonJson, "utf8");
  }

  json(): unknown {
    return JSON.parse(this.read());
  }

  planInstall(options: Partial<DockerInstallOptions> = {}): Promise<InstallPlan> {
    const { daemonJson, podInit, runsc } = this;
    const session = podInitConfig({ endpoint: "/run/sentrytap.sock" });
    return planDockerInstall({ daemonJson, podInit, runsc, session, ...options });
  }

  planUninstall(runtime?: string): Promise<InstallPlan> {
    const { daemonJson } = this;
    return planDockerUninstall({ daemonJson, ...(runtime !== undefined && { runtime }) });
  }

  async install(options: Partial<DockerInstallOptions> = {}): Promise<InstallPlan> {
    const plan = await this.planInstall(options);
    await applySteps(plan.steps);
    return plan;
  }

  async uninstall(runtime?: string): Promise<InstallPlan> {
    const plan = await this.planUninstall(runtime);
    await applySteps(plan.steps);
    return plan;
  }

  /** Every file and folder below, with what is in it and its permissions. */
  all(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const name of readdirSync(this.folder, { recursive: true, encoding: "utf8" }).sort()) {
      const path = join(this.folder, name);
      const stats = statSync(path);
      const mode = (stats.mode & 0o7777).toString(8);
      found[name] = stats.isDirectory() ? `folder ${mode}` : `${mode} ${readFileSync(path, "utf8")}`;
    }
    return found;
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }
}
