import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseUserNamespace } from "./user-namespace.ts";

const files = {
  passwd: "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n",
  group: "root:x:0:\nalice:x:1000:\nstaff:x:50:alice\n",
  subuid: "alice:100000:65536\n1001:200000:1000\n",
  subgid: "alice:300000:65536\nstaff:400000:65536\n1001:200000:1000\n",
};
const range = (start: number, size = 65536) => ({ start, size });

describe("parseUserNamespace()", () => {
  for (const { text, ids } of [
    { text: "alice", ids: { uid: range(100000), gid: range(300000) } },
    { text: "1000", ids: { uid: range(100000), gid: range(300000) } },
    { text: "alice:staff", ids: { uid: range(100000), gid: range(400000) } },
    { text: "1000:50", ids: { uid: range(100000), gid: range(400000) } },
    { text: "1001", ids: { uid: range(200000, 1000), gid: range(200000, 1000) } },
    { text: "default", ids: { uid: range(201000), gid: range(465536) } },
  ])
    it(`finds the ids of ${text}`, () => assert.deepEqual(parseUserNamespace(text, files), ids));
  it("takes the ranges of dockremap for default", () => {
    const ranges = "dockremap:500000:65536\n";
    const ids = parseUserNamespace("default", { ...files, subuid: ranges, subgid: ranges });
    assert.deepEqual(ids, { uid: range(500000), gid: range(500000) });
  });
  for (const { text, error } of [
    { text: "bob", error: /no subuid ranges found for user "bob" in \/etc\/subuid/ },
    { text: "alice:root", error: /no subgid ranges found for group "root" in \/etc\/subgid/ },
  ])
    it(`refuses ${text}`, () =>
      assert.throws(() => parseUserNamespace(text, files), { code: "invalid", message: error }));
});
