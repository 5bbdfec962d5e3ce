import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Build, Project } from "../model.ts";
import { buildRequest } from "./build-request.ts";

const project: Project = {
  ...{ name: "shop", services: {}, networks: {}, volumes: {}, configs: {}, models: {}, disabledServices: {} },
  secrets: { token: { name: "token", environment: "TOKEN" }, far: { name: "far", external: true } },
  ...{ workingDirectory: "/src", composeFiles: [], profiles: [], warnings: [] },
  environment: { TOKEN: "t0ken", VERSION: "7" },
};

const CONTEXT = import.meta.dirname;

function request(build: Partial<Build>, image?: string) {
  const service = { name: "web", command: null, entrypoint: null, ...(image === undefined ? {} : { image }) };
  return buildRequest(project, service, { context: CONTEXT, ...build }, {});
}

describe("buildRequest()", () => {
  it("names the image after the project and the service, or as the file does", async () => {
    assert.deepEqual((await request({})).tags, ["shop-web"]);
    assert.deepEqual((await request({ tags: ["web:1"] }, "registry/web")).tags, ["registry/web", "web:1"]);
  });

  it("finds the Dockerfile beside the context's files, elsewhere, or in the Compose file", async () => {
    assert.equal((await request({ dockerfile: "docker/Dockerfile" })).dockerfile, join(CONTEXT, "docker/Dockerfile"));
    assert.equal((await request({ dockerfile: "/else/Dockerfile" })).dockerfile, "/else/Dockerfile");
    assert.deepEqual((await request({ dockerfile_inline: "FROM a" })).dockerfile, { text: Buffer.from("FROM a") });
  });

  it("takes arguments of the command before those of the file", async () => {
    const service = { name: "web", command: null, entrypoint: null };
    const build = { context: CONTEXT, args: { A: "1", B: "2" } };
    const { buildArgs } = await buildRequest(project, service, build, { buildArguments: { B: "3" } });
    assert.deepEqual(buildArgs, { A: "1", B: "3" });
  });

  it("says which context is not there", async () => {
    await assert.rejects(
      request({ context: "/nowhere" }),
      /^Error: unable to prepare context: path "\/nowhere" not found$/,
    );
  });

  it("hands over secrets as they are, out of the query", async () => {
    const { secrets, parameters } = await request({ secrets: [{ source: "token", target: "npm" }] });
    assert.deepEqual(secrets, new Map([["npm", Buffer.from("t0ken")]]));
    assert.ok(!JSON.stringify(parameters).includes("t0ken"));
  });

  it("says what a build needs of its surroundings", async () => {
    const { parameters } = await request({
      ...{ network: "host", shm_size: "1024", extra_hosts: ["a=10.0.0.1", "b=::1"] },
      ...{ cache_from: ["type=local,src=/cache", "shop"], ulimits: { nofile: 9 } },
    });
    assert.deepEqual(parameters, [
      ["networkmode", "host"],
      ["shmsize", "1024"],
      ["ulimits", '[{"Name":"nofile","Soft":9,"Hard":9}]'],
      ["cachefrom", '[{"type":"local","directory":"/cache"},"shop"]'],
      ["extrahosts", "a:10.0.0.1"],
      ["extrahosts", "b:::1"],
    ]);
  });

  const refused: { build: Partial<Build>; why: RegExp }[] = [
    {
      build: { context: "https://github.com/a/b.git" },
      why: /service "web": the remote build context https:.* is not supported/,
    },
    { build: { platforms: ["linux/amd64", "linux/arm64"] }, why: /a build for several platforms is not supported/ },
    { build: { privileged: true }, why: /a privileged build is not supported/ },
    { build: { secrets: [{ source: "far" }] }, why: /only supports environment or file-based secrets: "far"/ },
  ];
  for (const { build, why } of refused)
    it(`refuses ${Object.keys(build).join()} with words`, async () => {
      await assert.rejects(request(build), why);
    });
});
