import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerMount } from "@skiff/engine";
import { askedMount } from "./asked-mount.ts";

const bind: ContainerMount = { type: "bind", source: "/src", target: "/x" };
const volume: ContainerMount = { type: "volume", source: "named", target: "/x" };
const anonymous: ContainerMount = { type: "volume", source: "0".repeat(64), target: "/x" };

describe("askedMount()", () => {
  const table: { when: string; mount: ContainerMount; host: object; mode: string; propagation?: string }[] = [
    { when: "-v says nothing of a directory", mount: bind, host: { Binds: ["/src:/x"] }, mode: "" },
    {
      when: "-v says several things",
      mount: { ...bind, readonly: true },
      host: { Binds: ["/src:/x:ro,slave"] },
      mode: "ro,slave",
      propagation: "slave",
    },
    { when: "-v names a volume", mount: volume, host: { Binds: ["named:/x"] }, mode: "z" },
    { when: "-v names none", mount: anonymous, host: { Binds: null }, mode: "" },
    {
      when: "--mount asks for a directory",
      mount: { ...bind, readonly: true },
      host: { Mounts: [{ Target: "/x", BindOptions: { Propagation: "rshared" } }] },
      mode: "",
      propagation: "rshared",
    },
    {
      when: "--mount asks for a volume",
      mount: { ...volume, readonly: true },
      host: { Mounts: [{ Target: "/x" }] },
      mode: "z",
    },
    { when: "it comes from another container", mount: { ...bind, readonly: true }, host: {}, mode: "ro" },
  ];
  for (const { when, mount, host, mode, propagation } of table) {
    it(`gives the client's words when ${when}`, () => {
      const spec = { root: { image: "one" }, asked: { HostConfig: host as Record<string, unknown> } };
      assert.deepEqual(askedMount(spec, mount), { mode, propagation });
    });
  }
});
