import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { removeConflict } from "./remove-image.ts";

const id = `sha256:${"ab12".repeat(16)}`;
const short = "ab12ab12ab12";
const running = { id: `${"c".repeat(64)}`, state: "running" as const };
const stopped = { id: `${"d".repeat(64)}`, state: "exited" as const };
const one = ["docker.io/library/app:1"];
const two = ["docker.io/library/app:1", "docker.io/other/app:1"];

describe("removeConflict()", () => {
  const cases = [
    { when: "nothing uses it", names: one, name: "app:1", users: [], is: undefined },
    { when: "another name stays", names: two, name: "app:1", users: [running], is: undefined },
    {
      when: "the last name goes and a container uses it",
      names: one,
      name: "app:1",
      users: [stopped],
      is: `unable to remove repository reference "app:1" (must force) - container dddddddddddd is using its referenced image ${short}`,
    },
    { when: "the last name goes by force", names: one, name: "app:1", force: true, users: [stopped], is: undefined },
    {
      when: "it is named by id and in several repositories",
      names: two,
      name: short,
      users: [],
      is: `unable to delete ${short} (must be forced) - image is referenced in multiple repositories`,
    },
    {
      when: "it is named by id and a stopped container uses it",
      names: one,
      name: short,
      users: [stopped],
      is: `unable to delete ${short} (must be forced) - image is being used by stopped container dddddddddddd`,
    },
    {
      when: "it is named by id and a running container uses it, even by force",
      names: one,
      name: short,
      force: true,
      users: [stopped, running],
      is: `unable to delete ${short} (cannot be forced) - image is being used by running container cccccccccccc`,
    },
  ];
  for (const { when, names, name, force = false, users, is } of cases)
    it(`is dockerd's when ${when}`, () => assert.equal(removeConflict({ id, names }, name, force, users), is));
});
