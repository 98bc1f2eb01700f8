import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Tests run the sources themselves: every package name resolves to its src/index.ts, so a test never sees a stale build.
const packages = fileURLToPath(new URL("./packages/", import.meta.url));
const alias = readdirSync(packages).map((folder) => ({
  find: new RegExp(folder === "sentrytap" ? "^sentrytap$" : `^@sentrytap/${folder}$`),
  replacement: `${packages}${folder}/src/index.ts`,
}));

export default defineConfig({
  resolve: { alias },
  test: {
    globalSetup: "test/global-setup.ts",
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "test/**/*.test.ts",
      "conformance/test/**/*.test.ts",
      "bench/test/**/*.test.ts",
    ],
    typecheck: {
      enabled: true,
      include: ["packages/*/src/**/*.test-d.ts", "packages/*/test/**/*.test-d.ts"],
      tsconfig: "tsconfig.test.json",
    },
    testTimeout: 30_000,
    // A second is not enough on a busy machine.
    expect: { poll: { timeout: 20_000 } },
  },
});
