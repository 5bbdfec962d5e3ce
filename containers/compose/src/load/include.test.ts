// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadThese } from "../testing/project-directory.ts";
import { ComposeFileError } from "./compose-file-error.ts";

const own = "services:\n  web: {image: i}\n";

/** What the included files are, and the images of the services that come out. */
const table = [
  {
    when: "a file is included by its path",
    files: { "compose.yaml": `include: [other.yaml]\n${own}`, "other.yaml": "services: {db: {image: d}}\n" },
    want: { db: "d", web: "i" },
  },
  {
    when: "the path is in a mapping and several files are merged",
    files: {
      "compose.yaml": `include:\n  - path: [a.yaml, b.yaml]\n${own}`,
      "a.yaml": "services: {db: {image: a, user: a}}\n",
      "b.yaml": "services: {db: {image: b}}\n",
    },
    want: { db: "b", web: "i" },
  },
  {
    when: "an included file includes another",
    files: {
      "compose.yaml": `include: [a/compose.yaml]\n${own}`,
      "a/compose.yaml": "include: [b/compose.yaml]\nservices: {a: {image: a}}\n",
      "a/b/compose.yaml": "services: {b: {image: b}}\n",
    },
    want: { a: "a", b: "b", web: "i" },
  },
  {
    when: "the included directory has a .env",
    files: {
      "compose.yaml": `include: [a/compose.yaml]\n${own}`,
      "a/compose.yaml": "services: {a: {image: 'a:$TAG$ONLY'}}\n",
      "a/.env": "TAG=inner\nONLY=x\n",
      ".env": "TAG=outer\n",
    },
    want: { a: "a:outerx", web: "i" },
  },
  {
    when: "env_file is given",
    files: {
      "compose.yaml": `include:\n  - {path: a/compose.yaml, env_file: my.env}\n${own}`,
      "a/compose.yaml": "services: {a: {image: 'a:${TAG:-none}'}}\n",
      "a/.env": "TAG=inner\n",
      "my.env": "TAG=mine\n",
    },
    want: { a: "a:mine", web: "i" },
  },
  {
    when: "both files say the same of a service",
    files: {
      "compose.yaml": `include: [other.yaml]\n${own}`,
      "other.yaml": "services: {web: {image: i}, b: {image: b}}\n",
    },
    want: { b: "b", web: "i" },
  },
  {
    when: "two included files include the same third",
    files: {
      "compose.yaml": `include: [a.yaml, b.yaml]\n${own}`,
      "a.yaml": "include: [c.yaml]\n",
      "b.yaml": "include: [c.yaml]\n",
      "c.yaml": "services: {c: {image: c}}\n",
    },
    want: { c: "c", web: "i" },
  },
  {
    when: "a dollar is doubled in the included file",
    files: { "compose.yaml": `include: [other.yaml]\n${own}`, "other.yaml": "services: {db: {image: 'a$$b'}}\n" },
    want: { db: "a$b", web: "i" },
  },
];

describe("include", () => {
  for (const { when, files, want } of table) {
    it(`adds the services when ${when}`, async (t) => {
      const { services } = await loadThese(t, files);
      assert.deepEqual(Object.fromEntries(Object.entries(services).map(([name, { image }]) => [name, image])), want);
    });
  }

  it("adds networks, volumes, configs and secrets, which belong to the including project", async (t) => {
    const project = await loadThese(t, {
      "compose.yaml":
        "include: [other.yaml]\nservices: {web: {image: i, networks: [n], volumes: [v:/v], configs: [c], secrets: [s]}}\n",
      "other.yaml": "networks: {n: {}}\nvolumes: {v: {}}\nconfigs: {c: {content: x}}\nsecrets: {s: {environment: S}}\n",
    });
    const names = [project.networks.n, project.volumes.v, project.configs.c, project.secrets.s].map(
      (resource) => resource?.name,
    );
    assert.deepEqual(names, ["project_n", "project_v", "project_c", "project_s"]);
  });

  it("resolves paths against the included file's directory, or the one that project_directory names", async (t) => {
    const { services, workingDirectory } = await loadThese(t, {
      "compose.yaml":
        "include:\n  - deep/a.yaml\n  - {path: deep/b.yaml, project_directory: elsewhere}\nservices: {web: {build: .}}\n",
      "deep/a.yaml": "services: {a: {build: ./x}}\n",
      "deep/b.yaml": "services: {b: {build: ./x}}\n",
    });
    const contexts = Object.values(services).map(({ build }) => build?.context);
    assert.deepEqual(contexts, [`${workingDirectory}/deep/x`, `${workingDirectory}/elsewhere/x`, workingDirectory]);
  });

  it("takes variables without a value, and secrets from variables, from the included project's environment", async (t) => {
    const project = await loadThese(t, {
      "compose.yaml": "include: [a/compose.yaml]\nservices: {web: {image: i, environment: [ONLY]}}\n",
      "a/compose.yaml":
        "services: {a: {build: {context: ., args: [ONLY]}, environment: [ONLY, NONE], secrets: [s]}}\nsecrets: {s: {environment: ONLY}}\n",
      "a/.env": "ONLY=x\nOTHER=y\n",
    });
    assert.deepEqual(project.services.a?.environment, { NONE: null, ONLY: "x" });
    assert.deepEqual(project.services.a?.build?.args, { ONLY: "x" });
    assert.deepEqual(project.services.web?.environment, { ONLY: null });
    assert.deepEqual([project.environment.ONLY, project.environment.OTHER], ["x", undefined]);
  });

  it("can be adapted by an override file", async (t) => {
    const { services } = await loadThese(t, {
      "compose.yaml": "include: [other.yaml]\n",
      "compose.override.yaml": "services: {db: {user: me}}\n",
      "other.yaml": "services: {db: {image: d}}\n",
    });
    assert.deepEqual([services.db?.image, services.db?.user], ["d", "me"]);
  });

  it("refuses circles, with the way around", async (t) => {
    const files = {
      "compose.yaml": "include: [a.yaml]\nservices: {web: {image: i}}\n",
      "a.yaml": "services: {a: {image: a}}\ninclude:\n  - compose.yaml\n",
    };
    await assert.rejects(
      loadThese(t, files),
      new ComposeFileError("is a circle: compose.yaml includes a.yaml includes compose.yaml", {
        file: "a.yaml",
        line: 3,
        column: 5,
        path: "include[0]",
      }),
    );
  });

  it("refuses a service that both files have and that differs, naming both places", async (t) => {
    const files = { "compose.yaml": `include: [a.yaml]\n${own}`, "a.yaml": "\nservices:\n  web: {image: other}\n" };
    await assert.rejects(
      loadThese(t, files),
      new ComposeFileError("is also in the included a.yaml:3, and differs", {
        file: "compose.yaml",
        line: 3,
        column: 3,
        path: "services.web",
      }),
    );
  });
});
