import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { aProjectDirectory } from "../testing/project-directory.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import type { LoadOptions } from "./load-options.ts";
import { loadProject } from "./load-project.ts";

const service = "services: {a: {image: 'i:$TAG'}}\n";
const all = {
  "compose.yaml": service,
  ".env": "TAG=env\n",
  "other/stack.yaml": service,
  "other/.env": "TAG=other\nCOMPOSE_PROJECT_NAME=from-env\n",
  "my.env": "TAG=mine\n",
  "more.env": "TAG=more\n",
  "deep/down/here": "",
  "named/compose.yaml": "name: written-$TAG\nservices: {a: {image: '$COMPOSE_PROJECT_NAME'}}\n",
  "select/.env": "COMPOSE_FILE=../compose.yaml:../other/stack.yaml\nTAG=select\n",
};

/** Directories are relative to the project's; `cwd` is the caller's. */
const table: readonly ({
  when: string;
  cwd?: string;
  want: { name: string; image: string; directory: string };
} & Partial<LoadOptions>)[] = [
  { when: "compose.yaml is here", want: { name: "project", image: "i:env", directory: "." } },
  { when: "compose.yaml is above", cwd: "deep/down", want: { name: "project", image: "i:env", directory: "." } },
  {
    when: "a file is named",
    files: ["other/stack.yaml"],
    want: { name: "from-env", image: "i:other", directory: "other" },
  },
  {
    when: "a file and the project directory are named",
    files: ["other/stack.yaml"],
    projectDirectory: ".",
    want: { name: "project", image: "i:env", directory: "." },
  },
  {
    when: "the project directory is named",
    projectDirectory: "named",
    want: { name: "written-", image: "written-", directory: "named" },
  },
  {
    when: "the caller's environment has the variable",
    environment: { TAG: "caller" },
    want: { name: "project", image: "i:caller", directory: "." },
  },
  { when: "an env file is named", envFiles: ["my.env"], want: { name: "project", image: "i:mine", directory: "." } },
  {
    when: "two env files are named",
    envFiles: ["my.env", "more.env"],
    want: { name: "project", image: "i:more", directory: "." },
  },
  {
    when: "COMPOSE_ENV_FILES names one",
    environment: { COMPOSE_ENV_FILES: "my.env" },
    want: { name: "project", image: "i:mine", directory: "." },
  },
  {
    when: "COMPOSE_DISABLE_ENV_FILE is set",
    environment: { COMPOSE_DISABLE_ENV_FILE: "true" },
    want: { name: "project", image: "i:", directory: "." },
  },
  {
    when: "COMPOSE_FILE names one",
    environment: { COMPOSE_FILE: "other/stack.yaml" },
    want: { name: "from-env", image: "i:env", directory: "other" },
  },
  {
    when: "COMPOSE_FILE has a separator of its own",
    environment: { COMPOSE_FILE: "compose.yaml,other/stack.yaml", COMPOSE_PATH_SEPARATOR: "," },
    want: { name: "project", image: "i:env", directory: "." },
  },
  { when: ".env names the files", cwd: "select", want: { name: "project", image: "i:select", directory: "." } },
  { when: "the name is given", projectName: "mine", want: { name: "mine", image: "i:env", directory: "." } },
  {
    when: "COMPOSE_PROJECT_NAME is set",
    environment: { COMPOSE_PROJECT_NAME: "theirs" },
    want: { name: "theirs", image: "i:env", directory: "." },
  },
  {
    when: "both a flag and the file name the project",
    projectDirectory: "named",
    projectName: "flag",
    want: { name: "flag", image: "flag", directory: "named" },
  },
];

describe("where a project is, and what its variables are", () => {
  for (const { when, cwd = ".", want, ...options } of table) {
    it(`is settled when ${when}`, async (t) => {
      const root = await aProjectDirectory(t, all);
      const project = await loadProject({ files: [], environment: {}, workingDirectory: join(root, cwd), ...options });
      const got = { name: project.name, image: project.services.a?.image, directory: project.workingDirectory };
      assert.deepEqual(got, { ...want, directory: join(root, want.directory) });
    });
  }

  it("takes the file from standard input, for the caller's directory", async (t) => {
    const root = await aProjectDirectory(t, { ".env": "TAG=env\n" });
    const project = await loadProject({
      files: ["-"],
      environment: {},
      workingDirectory: root,
      readInput: async () => service,
    });
    assert.deepEqual(
      [project.services.a?.image, project.workingDirectory, project.composeFiles],
      ["i:env", root, ["-"]],
    );
  });

  const wrong = [
    {
      when: "a file does not exist",
      options: { files: ["none.yaml"] },
      want: "none.yaml: cannot be read: there is no such file",
    },
    {
      when: "an env file does not exist",
      options: { envFiles: ["none.env"] },
      want: "none.env: couldn't find env file: there is no such file",
    },
    {
      when: "the name is none",
      options: { projectName: "My Name" },
      want: `invalid project name "My Name": a project's name is lower-case letters, digits, dashes and underscores, and begins with a letter or a digit`,
    },
    { when: "standard input cannot be read", options: { files: ["-"] }, want: "standard input cannot be read here" },
    { when: "the file is empty", options: { files: ["deep/down/here"] }, want: "deep/down/here: empty compose file" },
  ];
  for (const { when, options, want } of wrong) {
    it(`is refused when ${when}`, async (t) => {
      const workingDirectory = await aProjectDirectory(t, all);
      const loading = loadProject({ files: [], environment: {}, workingDirectory, ...options });
      await assert.rejects(loading, (error) => error instanceof ComposeFileError && error.message === want);
    });
  }
});
