import assert from "node:assert/strict";
import { existsSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { interfaceIndex } from "./libc.ts";
import { Links, loopbackUp } from "./links.ts";
import { createNamespaces, inNamespaces, isPinned, removeNamespaces } from "./namespaces.ts";

const here = (): string => readlinkSync("/proc/thread-self/ns/net");

describe("createNamespaces()", () => {
  it("pins namespaces that can be entered and left, and are gone once removed", async (t) => {
    const directory = await mkdtemp(join(tmpdir(), "skiff-ns-"));
    t.after(() => rm(directory, { recursive: true, force: true }));
    const before = here();
    const { net = "", uts = "" } = createNamespaces(join(directory, "a"), ["net", "uts", "ipc"], {
      hostname: "inside",
    });
    t.after(() => removeNamespaces(join(directory, "a")));
    assert.equal(here(), before);
    assert.deepEqual([isPinned(net), isPinned(uts)], [true, true]);
    const inside = inNamespaces({ net }, () => {
      using links = new Links();
      loopbackUp(links);
      return { name: here(), eth0: interfaceIndex("eth0") };
    });
    assert.notEqual(inside.name, before);
    assert.equal(inside.eth0, undefined);
    assert.equal(here(), before);
    removeNamespaces(join(directory, "a"));
    assert.equal(existsSync(net), false);
  });

  it("comes back and leaves nothing when something inside fails", async (t) => {
    const directory = await mkdtemp(join(tmpdir(), "skiff-ns-"));
    t.after(() => rm(directory, { recursive: true, force: true }));
    const before = here();
    const sysctls = { "net.no.such.thing": "1" };
    assert.throws(() => createNamespaces(join(directory, "a"), ["net"], { sysctls }), { code: "ENOENT" });
    assert.equal(here(), before);
    assert.equal(existsSync(join(directory, "a")), false);
  });
});
