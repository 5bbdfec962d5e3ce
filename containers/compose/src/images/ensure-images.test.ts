import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DockerApiError } from "@skiff/docker/client";
import type { Project, Service } from "../model.ts";
import type { CreateOptions } from "../operations/create.ts";
import { type Script, scriptedContext } from "../testing/scripted-context.ts";
import { ensureImages } from "./ensure-images.ts";

function aProject(...services: Partial<Service>[]): Project {
  const entries = services.map((service, index): [string, Service] => {
    const name = service.name ?? `s${index}`;
    return [name, { name, command: null, entrypoint: null, ...service }];
  });
  return {
    ...{ name: "shop", services: Object.fromEntries(entries), networks: {}, volumes: {}, configs: {}, secrets: {} },
    ...{ models: {}, disabledServices: {}, workingDirectory: "/src", composeFiles: [], environment: {} },
    ...{ profiles: [], warnings: [] },
  };
}

const PULL = "POST /images/create";
const INSPECT = "GET /images/nginx/json";
const pulls: Script = { [PULL]: [], [INSPECT]: { Id: "sha256:pulled" } };

const table: {
  when: string;
  service: Partial<Service>;
  present?: boolean;
  options?: CreateOptions;
  want: string[];
}[] = [
  { when: "it is there", service: { image: "nginx" }, present: true, want: [] },
  { when: "it is missing", service: { image: "nginx" }, want: [PULL, INSPECT] },
  {
    when: "it is there and the policy is always",
    service: { image: "nginx", pull_policy: "always" },
    present: true,
    want: [PULL, INSPECT],
  },
  {
    when: "it is there and older than its policy likes",
    service: { image: "nginx", pull_policy: "daily" },
    present: true,
    want: [PULL, INSPECT],
  },
  {
    when: "the command wants it anew",
    service: { image: "nginx" },
    present: true,
    options: { pull: "always" },
    want: [PULL, INSPECT],
  },
  {
    when: "the command wants the one that is there",
    service: { image: "nginx", pull_policy: "always" },
    present: true,
    options: { pull: "never" },
    want: [],
  },
];

describe("ensureImages()", () => {
  for (const { when, service, present = false, options = {}, want } of table)
    it(`asks ${want.length} times when ${when}`, async () => {
      const context = scriptedContext(pulls);
      const images = new Map(present ? [["nginx", { id: "sha256:before", volumes: [], taggedAt: 1 }]] : []);
      const found = await ensureImages(context, aProject(service), images, options);
      assert.deepEqual(context.asked, want);
      assert.equal(found.get("nginx")?.id, want.length === 0 ? "sha256:before" : "sha256:pulled");
    });

  it("pulls an image once for all its services", async () => {
    const context = scriptedContext(pulls);
    await ensureImages(context, aProject({ image: "nginx" }, { image: "nginx" }), new Map(), {});
    assert.deepEqual(context.asked, [PULL, INSPECT]);
  });

  it("fails with the registry's words", async () => {
    const context = scriptedContext({ [PULL]: [{ status: "Pulling" }, { error: "manifest unknown" }] });
    await assert.rejects(
      ensureImages(context, aProject({ image: "nginx" }), new Map(), {}),
      /^Error: manifest unknown$/,
    );
    assert.deepEqual(context.told, ["s0 Pulling", "s0 Error manifest unknown"]);
  });

  it("fails for an image that is missing and may not be fetched", async () => {
    const project = aProject({ image: "nginx", pull_policy: "never" });
    await assert.rejects(ensureImages(scriptedContext({}), project, new Map(), {}), /^Error: No such image: nginx$/);
  });

  it("names the service whose image may not be built", async () => {
    const project = aProject({ name: "web", build: { context: "/src" } });
    const refused = ensureImages(scriptedContext({}), project, new Map(), { build: "never" });
    await assert.rejects(refused, /service "web" needs image shop-web, which is not there/);
  });

  it("takes a pull that fails for a warning where the image can be built", async () => {
    const context = scriptedContext({ [PULL]: new DockerApiError(404, "not found") });
    const project = aProject({ name: "web", image: "nginx", build: { context: "/nowhere" } });
    await assert.rejects(
      ensureImages(context, project, new Map(), {}),
      /^Error: failed to build service web: unable to prepare context/,
    );
    assert.ok(context.told.includes("web Warning not found"));
  });
});
