import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

/**
 * What each room may import, as docs/architecture.md says. A room's own name is always allowed. `interfaces` are single entry
 * points of other rooms that hold an interface and nothing behind it; contract suites and builders (`@skiff/<room>/testing`) and the rooms in `tests` are for tests only.
 */
const MAY_IMPORT: Readonly<
  Record<string, { rooms: readonly string[]; interfaces?: readonly string[]; tests?: readonly string[] }>
> = {
  linux: { rooms: [] },
  registry: { rooms: [] },
  engine: { rooms: ["linux", "registry"] },
  builder: { rooms: ["engine", "registry"], tests: ["linux"] },
  docker: { rooms: ["engine", "registry", "builder"], tests: ["linux"] },
  compose: { rooms: [], interfaces: ["@skiff/docker/client", "@skiff/docker/client/build"] },
  api: { rooms: [] },
  store: { rooms: [] },
  client: { rooms: ["api"], tests: ["apiserver", "store"] },
  apiserver: { rooms: ["api", "store"], tests: ["client"] },
  scheduler: { rooms: ["client", "api"], tests: ["apiserver", "testing"] },
  controllers: { rooms: ["client", "api"], tests: ["apiserver", "testing"] },
  kubelet: {
    rooms: ["client", "api", "linux"],
    interfaces: ["@skiff/engine/cri", "@skiff/engine/streams"],
    tests: ["engine", "apiserver", "testing"],
  },
  proxy: { rooms: ["client", "api", "linux"], tests: ["apiserver", "testing"] },
  dns: { rooms: ["client", "api", "linux"], tests: ["apiserver", "testing"] },
  testing: { rooms: ["api", "store", "client", "apiserver", "scheduler", "controllers"] },
  cli: {
    rooms: [
      "linux",
      "registry",
      "engine",
      "builder",
      "docker",
      "compose",
      "api",
      "store",
      "client",
      "apiserver",
      "scheduler",
      "controllers",
      "kubelet",
      "proxy",
      "dns",
    ],
  },
};

const IMPORT =
  /(?:import|export)\s[^"';]*?from\s*"(@skiff\/[^"]+|\.[^"]*)"|import\(\s*"(@skiff\/[^"]+)"\s*\)|import\s+"(@skiff\/[^"]+)"/g;

for (const room of Object.keys(MAY_IMPORT)) {
  describe(`room ${room}`, () => {
    const rules = MAY_IMPORT[room];
    const files = globSync(`{containers,kubernetes,program}/${room}/src/**/*.ts`);
    it("exists", () => assert.ok(files.length > 0));
    it("imports only what the architecture allows", () => {
      const wrong: string[] = [];
      for (const file of files) {
        const isTest = file.endsWith(".test.ts") || file.includes("/testing/");
        for (const [, from, dynamic, bare] of readFileSync(file, "utf8").matchAll(IMPORT)) {
          const target = from ?? dynamic ?? bare ?? "";
          if (!target.startsWith("@skiff/")) continue;
          const [, used = "", ...rest] = target.split("/");
          if (rest[0] === "testing" && !isTest) wrong.push(`${file}: ${target} is for tests only`);
          if (used === room || rules?.rooms.includes(used) || rules?.interfaces?.includes(target)) continue;
          if (isTest && rules?.tests?.includes(used)) continue;
          wrong.push(`${file}: ${room} must not import ${target}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  });
}
