// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadThese } from "../testing/project-directory.ts";

const table = [
  { when: "all is well", file: "services: {a: {image: i}}", want: [] },
  {
    when: "variables are not set, each once",
    file: "services: {a: {image: '$X$Y', user: '${X}', command: ['${Z:-z}']}}",
    want: [
      'The "X" variable is not set. Defaulting to a blank string.',
      'The "Y" variable is not set. Defaulting to a blank string.',
    ],
  },
  {
    when: "the file has a version",
    file: "version: '3.7'\nservices: {a: {image: i}}",
    want: [
      "compose.yaml: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion",
    ],
  },
  {
    when: "a volume has an option that nobody knows",
    file: "services: {a: {image: i, volumes: ['./a:/a:U']}}",
    want: ['services.a.volumes[0]: option "U" of "./a:/a:U" is not known and has no effect'],
  },
  {
    when: "attributes have no effect",
    file: "services: {a: {image: i, deploy: {placement: {constraints: [x]}}}, b: {image: i, deploy: {placement: {}}, credential_spec: {file: f}}}",
    want: [
      "credential_spec has no effect, it speaks of Windows (services: b)",
      "deploy.placement has no effect, there is one host (services: a, b)",
    ],
  },
];

describe("Project.warnings", () => {
  for (const { when, file, want } of table) {
    it(`say what is worth a word when ${when}`, async (t) => {
      const { warnings } = await loadThese(t, { "compose.yaml": file });
      assert.deepEqual(warnings, want);
    });
  }

  it("say which of several files is used", async (t) => {
    const { warnings, workingDirectory } = await loadThese(t, {
      "compose.yml": "services: {a: {image: i}}",
      "docker-compose.yml": "x",
    });
    assert.deepEqual(warnings, [
      `Found multiple config files with supported names: ${workingDirectory}/compose.yml, ${workingDirectory}/docker-compose.yml`,
      `Using ${workingDirectory}/compose.yml`,
    ]);
  });
});
