import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadThese } from "../testing/project-directory.ts";

/** Files, and what must be in the loaded service `web`. */
const table = [
  {
    when: "the base is in the same file",
    files: {
      "compose.yaml":
        "services:\n  base: {image: i, environment: {A: 1, B: 1}}\n  web: {extends: base, environment: {B: 2}}\n",
    },
    want: { image: "i", environment: { A: "1", B: "2" } },
  },
  {
    when: "the base is named by a mapping",
    files: { "compose.yaml": "services:\n  base: {image: i}\n  web: {extends: {service: base}, tty: true}\n" },
    want: { image: "i", tty: true },
  },
  {
    when: "the base comes later and extends another one",
    files: {
      "compose.yaml":
        "services:\n  web: {extends: b, user: w}\n  b: {extends: c, user: b, tty: true}\n  c: {image: i, init: true}\n",
    },
    want: { image: "i", user: "w", tty: true, init: true },
  },
  {
    when: "the base is in another file",
    files: {
      "compose.yaml": "services:\n  web: {extends: {file: common/base.yaml, service: app}, command: [run]}\n",
      "common/base.yaml": "services:\n  app: {image: i, command: [serve], labels: [a=1]}\n",
    },
    want: { image: "i", command: ["run"], labels: { a: "1" } },
  },
  {
    when: "the other file's base extends one of its own with the same name as ours",
    files: {
      "compose.yaml": "services:\n  web: {extends: {file: base.yaml, service: app}}\n  base: {image: ours}\n",
      "base.yaml": "services:\n  app: {extends: base}\n  base: {image: theirs}\n",
    },
    want: { image: "theirs" },
  },
  {
    when: "a chain goes through three files",
    files: {
      "compose.yaml": "services:\n  web: {extends: {file: a/a.yaml, service: web}}\n",
      "a/a.yaml": "services:\n  web: {extends: {file: ../b/b.yaml, service: web}, user: a}\n",
      "b/b.yaml": "services:\n  web: {image: b, user: b}\n",
    },
    want: { image: "b", user: "a" },
  },
  {
    when: "variables name the file and are in it",
    files: {
      ".env": "KIND=base\nTAG=7\n",
      "compose.yaml": "services:\n  web: {extends: {file: '$KIND.yaml', service: app}}\n",
      "base.yaml": "services:\n  app: {image: 'i:$TAG'}\n",
    },
    want: { image: "i:7" },
  },
  {
    when: "something of the base is reset",
    files: {
      "compose.yaml":
        'services:\n  base: {image: i, ports: ["80:80"], user: u}\n  web: {extends: base, ports: !reset [], user: !reset null}\n',
    },
    want: { image: "i" },
  },
  {
    when: "a list of the base is overridden",
    files: {
      "compose.yaml": "services:\n  base: {image: i, cap_add: [A]}\n  web: {extends: base, cap_add: !override [B]}\n",
    },
    want: { image: "i", cap_add: ["B"] },
  },
  {
    when: "the base has dependencies and profiles",
    files: {
      "compose.yaml": "services:\n  base: {image: i, depends_on: [db]}\n  web: {extends: base}\n  db: {image: d}\n",
    },
    want: { image: "i", depends_on: { db: { condition: "service_started", required: true } } },
  },
];

describe("extends", () => {
  for (const { when, files, want } of table) {
    it(`gives the whole service when ${when}`, async (t) => {
      const { services } = await loadThese(t, files);
      const { name, networks, entrypoint, command, ...rest } = services.web ?? assert.fail("there is no web");
      assert.deepEqual(command === null ? rest : { ...rest, command }, want);
    });
  }

  it("resolves the base's paths against the directory of its file, and the rest against the project's", async (t) => {
    const { services, workingDirectory } = await loadThese(t, {
      "compose.yaml": "services:\n  web: {extends: {file: deep/base.yaml, service: app}, volumes: [./own:/own]}\n",
      "deep/base.yaml": "services:\n  app: {build: ., env_file: app.env, volumes: [./theirs:/theirs]}\n",
      "deep/app.env": "A=1\n",
    });
    const web = services.web;
    assert.equal(web?.build?.context, `${workingDirectory}/deep`);
    assert.deepEqual(web?.environment, { A: "1" });
    assert.deepEqual(
      web?.volumes?.map(({ source }) => source),
      [`${workingDirectory}/deep/theirs`, `${workingDirectory}/own`],
    );
  });

  it("is followed in each file before the files are merged", async (t) => {
    const files = {
      "one.yaml": "services:\n  base: {image: one}\n  web: {extends: base, user: one}\n",
      "two.yaml": "services:\n  base: {image: two}\n  web: {tty: true}\n",
    };
    const { services } = await loadThese(t, files, { files: ["one.yaml", "two.yaml"] });
    assert.deepEqual([services.base?.image, services.web?.image, services.web?.tty], ["two", "one", true]);
  });
});
