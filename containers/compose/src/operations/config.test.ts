// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listVariables } from "../load/list-variables.ts";
import { aProjectDirectory, loadThese } from "../testing/project-directory.ts";
import { configHashes, configList, renderConfig } from "./config.ts";

const file = `
services:
  web:
    image: web:\${TAG:-1}
    command: echo $$HOME
    ports: ["\${PORT}:80"]
    environment: {A: "\${A:?needed}", B: "\${B+\${C}}"}
    deploy: {replicas: "\${N}"}
    volumes: ["\${DIR}:/data", v:/v]
    env_file: \${FILE}
  db: {build: ., profiles: [data]}
volumes: {v: {}}
x-note: [1]
`;

describe("renderConfig()", () => {
  it("leaves variables as they are written where they are not interpolated", async (t) => {
    const project = await loadThese(t, { "compose.yaml": file }, { interpolate: false });
    const text = renderConfig(project, "yaml", { interpolated: false });
    for (const kept of [
      "web:${TAG:-1}",
      "echo $$HOME",
      "- ${PORT}:80",
      "replicas: ${N}",
      "- ${DIR}:/data",
      "env_file: ${FILE}",
    ]) {
      assert.ok(text.includes(kept), `${kept} is not in\n${text}`);
    }
  });

  it("says null of a command that is the image's own in JSON, and nothing in YAML", async (t) => {
    const project = await loadThese(t, { "compose.yaml": "services: {a: {image: i, entrypoint: []}}\n" });
    assert.deepEqual(JSON.parse(renderConfig(project, "json")).services.a, {
      command: null,
      entrypoint: [],
      image: "i",
      networks: { default: null },
    });
    assert.equal(
      renderConfig(project, "yaml"),
      "name: project\nservices:\n  a:\n    entrypoint: []\n    image: i\n    networks:\n      default: null\nnetworks:\n  default:\n    name: project_default\n",
    );
  });

  it("quotes what YAML 1.1 would take for something else", async (t) => {
    const project = await loadThese(t, {
      "compose.yaml": "services: {a: {image: i, environment: [A=yes, B=012, C=1_000, D=1:30, E=~, F=1e3]}}\n",
    });
    const again = await loadThese(t, { "compose.yaml": renderConfig(project, "yaml") });
    assert.deepEqual(again.services.a?.environment, { A: "yes", B: "012", C: "1_000", D: "1:30", E: "~", F: "1e3" });
  });
});

describe("configList() and configHashes()", () => {
  const text = "services:\n  web: {image: i}\n  db: {build: .}\n  x: {image: x, profiles: [p, o]}\nvolumes: {v: {}}\n";
  it("list one sort of things by name", async (t) => {
    const project = await loadThese(t, { "compose.yaml": text, ".env": "A=1\n" }, { allResources: true });
    assert.deepEqual(configList(project, "services"), ["db", "web"]);
    assert.deepEqual(configList(project, "images"), ["project-db", "i"]);
    assert.deepEqual(configList(project, "volumes"), ["v"]);
    assert.deepEqual(configList(project, "profiles"), ["o", "p"]);
    assert.deepEqual(configList(project, "environment"), ["A=1", "COMPOSE_PROJECT_NAME=project"]);
  });

  it("give the hash of the services that are named", async (t) => {
    const project = await loadThese(t, { "compose.yaml": text });
    assert.match(configHashes(project, []).join("\n"), /^db [0-9a-f]{64}\nweb [0-9a-f]{64}$/);
    assert.match(configHashes(project, ["web"]).join("\n"), /^web [0-9a-f]{64}$/);
    assert.throws(() => configHashes(project, ["nobody"]), { message: "no such service: nobody" });
  });
});

describe("listVariables()", () => {
  it("gives each variable with its default, its alternative and whether it is required", async (t) => {
    const workingDirectory = await aProjectDirectory(t, { "compose.yaml": file });
    const variables = await listVariables({ files: [], environment: {}, workingDirectory });
    const rows = variables.map(({ name, required, defaultValue, alternateValue }) => [
      name,
      required,
      defaultValue,
      alternateValue,
    ]);
    assert.deepEqual(rows, [
      ["A", true, "", ""],
      ["B", false, "", "${C}"],
      ["C", false, "", ""],
      ["DIR", false, "", ""],
      ["FILE", false, "", ""],
      ["N", false, "", ""],
      ["PORT", false, "", ""],
      ["TAG", false, "1", ""],
    ]);
  });
});
