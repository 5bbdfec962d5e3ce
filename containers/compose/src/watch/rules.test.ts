import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Project, Watch } from "../model.ts";
import { changesOf, type IgnoreList, type WatchRule, watchRules } from "./rules.ts";

function aRule(rule: Partial<Watch>, name = "web", build?: IgnoreList): WatchRule {
  const watch: Watch = { path: "/src", action: "sync", target: "/app", ...rule };
  const service = { name, command: null, entrypoint: null, develop: { watch: [watch] } };
  const builds = new Map(build === undefined ? [] : [[name, build]]);
  return watchRules({ ...project, services: { [name]: service } }, [], builds)[0] ?? assert.fail("there is a rule");
}

const project: Project = {
  ...{ name: "shop", services: {}, networks: {}, volumes: {}, configs: {}, secrets: {}, models: {} },
  ...{ disabledServices: {}, workingDirectory: "/", composeFiles: [], environment: {}, profiles: [], warnings: [] },
};

const table: { when: string; rules: WatchRule[]; path: string; want: (string | undefined)[] }[] = [
  { when: "it lies under the rule's path", rules: [aRule({})], path: "/src/a/b.js", want: ["/app/a/b.js"] },
  {
    when: "it is the rule's path",
    rules: [aRule({ path: "/src/a.js", target: "/a.js" })],
    path: "/src/a.js",
    want: ["/a.js"],
  },
  { when: "it lies elsewhere", rules: [aRule({})], path: "/srcs/a.js", want: [] },
  {
    when: "its directory is ignored",
    rules: [aRule({ ignore: ["node_modules/"] })],
    path: "/src/node_modules/x/y.js",
    want: [],
  },
  { when: "a pattern ignores it", rules: [aRule({ ignore: ["**/*.log"] })], path: "/src/a/b.log", want: [] },
  { when: "only others are included", rules: [aRule({ include: ["*.js"] })], path: "/src/a.css", want: [] },
  { when: "it is included", rules: [aRule({ include: ["*.js"] })], path: "/src/a.js", want: ["/app/a.js"] },
  { when: "it belongs to version control", rules: [aRule({})], path: "/src/.git/HEAD", want: [] },
  { when: "an editor left it behind", rules: [aRule({})], path: "/src/a.js~", want: [] },
  {
    when: "its build leaves it out",
    rules: [aRule({ path: "/src/web" }, "web", { directory: "/src", patterns: ["web/dist"] })],
    path: "/src/web/dist/a.js",
    want: [],
  },
  { when: "the rule rebuilds", rules: [aRule({ action: "rebuild" })], path: "/src/Dockerfile", want: [undefined] },
  {
    when: "two rules of a service fit, and one of another's",
    rules: [aRule({}), aRule({ action: "rebuild" }), aRule({ target: "/other" }, "worker")],
    path: "/src/a.js",
    want: ["/app/a.js", "/other/a.js"],
  },
];

describe("changesOf()", () => {
  for (const { when, rules, path, want } of table)
    it(`means ${want.length} changes when ${when}`, () =>
      assert.deepEqual(
        changesOf(rules, path).map(({ target }) => target),
        want,
      ));
});
