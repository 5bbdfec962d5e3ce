import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Project } from "@skiff/compose";
import { loadProject } from "@skiff/compose/load";
import { type ClusterFacts, NO_FACTS } from "./cluster-facts.ts";
import { convertProject } from "./convert.ts";
import { manifestText } from "./manifest-text.ts";

const TESTDATA = new URL("./testdata/", import.meta.url).pathname;

/** Loads a file of `testdata`, or the text of one. */
function load(file: string, text?: string): Promise<Project> {
  return loadProject({
    files: [text === undefined ? `${TESTDATA}${file}` : "-"],
    workingDirectory: "/src/shop",
    projectName: "shop",
    environment: { PASSWORD: "s3cret" },
    ...(text === undefined ? {} : { readInput: async () => text }),
  });
}

/** Adding a case means adding a file; `UPDATE_GOLDEN=1` writes what it leads to. */
describe("convertProject()", () => {
  for (const file of globSync("*.yaml", { cwd: TESTDATA }).filter((name) => !name.endsWith(".manifests.yaml"))) {
    it(`converts ${file.replace(".yaml", "").replaceAll("-", " ")}`, async () => {
      const { manifests, warnings } = convertProject(await load(file), NO_FACTS);
      const text = `${warnings.map((warning) => `# ${warning}\n`).join("")}${manifestText(manifests, "yaml")}`;
      const golden = `${TESTDATA}${file.replace(".yaml", ".manifests.yaml")}`;
      if (process.env.UPDATE_GOLDEN === "1" || !existsSync(golden)) writeFileSync(golden, text);
      assert.equal(text, readFileSync(golden, "utf8"));
    });
  }

  /** The only object of a kind, or the one of that name. */
  async function converted(text: string, facts: Partial<ClusterFacts>, kind: string, name?: string) {
    const { manifests } = convertProject(await load("", text), { ...NO_FACTS, ...facts });
    const found = manifests.filter((each) => each.kind === kind && (name === undefined || each.metadata.name === name));
    assert.equal(found.length, 1, `${found.length} of ${kind}`);
    return found[0] as unknown as {
      metadata: { name: string };
      spec: Record<string, unknown> & { template: Template };
    };
  }
  interface Template {
    readonly spec: { readonly containers: readonly [Record<string, unknown>]; readonly [field: string]: unknown };
  }
  const image = (more: object) => ({ images: new Map([["db", { id: "sha256:1", exposed: [], ...more }]]) });

  it("uses a volume where it lies when that is known, for all who mount it", async () => {
    const text = "services: { db: { image: db, volumes: ['data:/data'] } }\nvolumes: { data: {} }";
    const facts = { volumes: new Map([["shop_data", "/volumes/shop_data"]]) };
    const volume = await converted(text, facts, "PersistentVolume");
    assert.equal(volume.metadata.name, "shop-data");
    assert.deepEqual(volume.spec.hostPath, { path: "/volumes/shop_data", type: "Directory" });
    assert.deepEqual(volume.spec.accessModes, ["ReadWriteMany"]);
    const claim = await converted(text, facts, "PersistentVolumeClaim");
    assert.deepEqual([claim.spec.volumeName, claim.spec.storageClassName], ["shop-data", ""]);
  });
  it("takes ports, health and the numbers of users from the image", async () => {
    const facts = image({
      exposed: ["5432/tcp"],
      healthcheck: { test: ["CMD", "ready"] },
      user: { uid: 101, gid: 103 },
    });
    const text = "services: { db: { image: db, user: postgres, healthcheck: { interval: 5s } } }";
    const [container] = (await converted(text, facts, "Deployment")).spec.template.spec.containers;
    assert.deepEqual(container.ports, [{ containerPort: 5432, protocol: "TCP" }]);
    assert.deepEqual(container.securityContext, { runAsUser: 101, runAsGroup: 103 });
    const exec = { command: ["ready"] };
    const probe = { exec, periodSeconds: 5, timeoutSeconds: 30, failureThreshold: 3 };
    assert.deepEqual(container.readinessProbe, probe);
  });
  it("publishes on the machine's address when that is known", async () => {
    const text = "services: { web: { image: web, ports: ['8080:80'] } }";
    const service = await converted(text, { address: "192.0.2.1" }, "Service", "web-published");
    assert.deepEqual(service.spec.externalIPs, ["192.0.2.1"]);
  });

  const workloads = [
    { when: "a volume is written", service: "volumes: ['data:/data']", want: "StatefulSet" },
    { when: "a volume is only read", service: "volumes: ['data:/data:ro']", want: "Deployment" },
    { when: "it runs once per node", service: "deploy: { mode: global }", want: "DaemonSet" },
    { when: "it says that it ends", service: "deploy: { mode: replicated-job }", want: "Job" },
  ];
  for (const { when, service, want } of workloads) {
    it(`makes a ${want} when ${when}`, async () => {
      await converted(`services: { app: { image: app, ${service} } }\nvolumes: { data: {} }`, {}, want, "app");
    });
  }

  const refused = [
    {
      when: "two services would have one name",
      text: "services: { a_b: { image: x }, a-b: { image: x } }",
      want: /services "a-b" and "a_b" would both be named "a-b"/,
    },
    {
      when: "an alias is another service's name",
      text: "services: { a: { image: x, networks: { default: { aliases: [b] } } }, b: { image: x } }",
      want: /two things of the project would both be the Service "b"/,
    },
    {
      when: "a secret's file was not read",
      text: "services: { a: { image: x, secrets: [s] } }\nsecrets: { s: { file: ./s } }",
      want: /secret "s": \/src\/shop\/s was not read/,
    },
    {
      when: "something else provides a service",
      text: "services: { a: { provider: { type: cloud } } }",
      want: /service "a" comes from a provider/,
    },
  ];
  for (const { when, text, want } of refused) {
    it(`refuses when ${when}`, async () => {
      const project = await load("", text);
      assert.throws(() => convertProject(project, NO_FACTS), want);
    });
  }
});
