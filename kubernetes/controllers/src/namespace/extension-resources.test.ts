import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StatusError } from "@skiff/api";
import type { APIService } from "@skiff/api/apiregistration/v1";
import { createClient } from "@skiff/client";
import { deleteContent } from "./content.ts";
import { extensionResources } from "./extension-resources.ts";

const service = (group: string, isRemote = true): APIService => ({
  metadata: { name: `v1.${group}` },
  spec: {
    group,
    version: "v1",
    groupPriorityMinimum: 1,
    versionPriority: 1,
    ...(isRemote && { service: { namespace: "default", name: group } }),
  },
});

const rows = [
  { name: "flavours", namespaced: true, verbs: ["list", "delete", "deletecollection"] },
  { name: "flavours/taste", namespaced: true, verbs: ["get"] },
  { name: "measures", namespaced: true, verbs: ["list", "get"] },
  { name: "houses", namespaced: false, verbs: ["list", "delete"] },
];

describe("the content of a Namespace that is elsewhere", () => {
  it("is deleted too, as far as its server is there and lets it be", async (t) => {
    const asked: string[] = [];
    const client = createClient({
      async call({ verb, resource, namespace }) {
        if (resource.group.endsWith(".test")) asked.push([verb, resource.group, resource.plural, namespace].join(" "));
        if (resource.group === "gone.test") throw StatusError.serviceUnavailable("the server is unavailable");
        if (resource.plural !== "") return { metadata: {}, items: [] };
        return { kind: "APIResourceList", resources: rows.map((row) => ({ ...row, kind: "Any" })) };
      },
      watch: () => assert.fail(),
    });
    const services = [service("tea.test"), service("gone.test"), service("local.test", false)];
    const { resources, troubles } = await extensionResources(client, services, t.signal);
    assert.deepEqual(troubles, [{ resource: "gone.test/v1", message: "gone.test/v1: the server is unavailable" }]);
    const { remaining } = await deleteContent(client, "old", t.signal, resources);
    assert.equal(remaining.find(({ resource }) => resource === "flavours.tea.test")?.count, 0);
    assert.deepEqual(asked, [
      "get tea.test  ",
      "get gone.test  ",
      "deletecollection tea.test flavours old",
      "list tea.test flavours old",
    ]);
  });
});
