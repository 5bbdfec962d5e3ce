import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StatusError } from "@skiff/api";
import type { Client } from "@skiff/client";
import { claimStore } from "./claim-store.ts";

/** A client that has these objects, by name. */
function having(objects: Readonly<Record<string, object>>): Client {
  const get = async (resource: { singular: string }, { name = "" }: { name?: string }) => {
    const found = objects[name];
    if (!found) throw StatusError.notFound(resource as never, name);
    return found;
  };
  return { get } as unknown as Client;
}

const claim = { metadata: { name: "data", uid: "u1" }, spec: { volumeName: "v" }, status: { phase: "Bound" } };
const volume = (spec: object) => ({ metadata: { name: "v" }, spec: { claimRef: { uid: "u1" }, ...spec } });

describe("ClaimStore.directoryOf()", () => {
  const table: { when: string; objects: Record<string, object>; want: string | RegExp }[] = [
    {
      when: "the volume is a hostPath",
      objects: { data: claim, v: volume({ hostPath: { path: "/tmp" } }) },
      want: "/tmp",
    },
    { when: "the volume is local", objects: { data: claim, v: volume({ local: { path: "/tmp" } }) }, want: "/tmp" },
    { when: "there is no claim", objects: {}, want: /^Error: persistentvolumeclaim "data" not found/ },
    { when: "there is no volume", objects: { data: claim }, want: /persistentvolume "v" not found/ },
    {
      when: "the claim waits",
      objects: { data: { ...claim, status: { phase: "Pending" } } },
      want: /"data" is not bound to a volume yet/,
    },
    {
      when: "the volume is another claim's",
      objects: { data: claim, v: volume({ claimRef: { uid: "u2" }, hostPath: { path: "/tmp" } }) },
      want: /belongs to another claim/,
    },
    { when: "the volume is on NFS", objects: { data: claim, v: volume({ nfs: {} }) }, want: /only hostPath and local/ },
  ];
  for (const { when, objects, want } of table) {
    it(`answers ${typeof want === "string" ? want : "an error"} when ${when}`, async () => {
      const store = claimStore({ client: having(objects), signal: AbortSignal.timeout(5000) });
      const answer = store.directoryOf("shop", "data");
      if (typeof want === "string") assert.equal(await answer, want);
      else await assert.rejects(answer, want);
    });
  }
});
