import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Service } from "../model.ts";
import { dependentsOf, inDependencyOrder, referencedServices } from "./service-order.ts";

function services(edges: Readonly<Record<string, readonly string[]>>): Record<string, Service> {
  return Object.fromEntries(
    Object.entries(edges).map(([name, dependencies]) => [
      name,
      {
        ...{ name, command: null, entrypoint: null },
        depends_on: Object.fromEntries(
          dependencies.map((each) => [each, { condition: "service_started", required: true } as const]),
        ),
      },
    ]),
  );
}

const table = [
  { when: "nothing depends on anything", edges: { b: [], a: [] }, want: ["b", "a"] },
  { when: "it is a chain", edges: { web: ["api"], api: ["db"], db: [] }, want: ["db", "api", "web"] },
  { when: "something is not in the project", edges: { web: ["gone", "db"], db: [] }, want: ["db", "web"] },
  { when: "labels tell of a circle", edges: { a: ["b"], b: ["a"] }, want: ["b", "a"] },
];

describe("inDependencyOrder()", () => {
  for (const { when, edges, want } of table)
    it(`is ${want.join(", ")} when ${when}`, () =>
      assert.deepEqual(
        inDependencyOrder(services(edges)).map(({ name }) => name),
        want,
      ));
});

describe("dependentsOf()", () => {
  it("names those that depend on the service itself", () => {
    const found = dependentsOf("db", services({ web: ["api"], api: ["db"], job: ["db"], db: [] }));
    assert.deepEqual(
      found.map(([name]) => name),
      ["api", "job"],
    );
  });
});

describe("referencedServices()", () => {
  it("names those whose containers must be there first", () => {
    const service: Service = {
      ...{ name: "web", command: null, entrypoint: null, network_mode: "service:vpn", pid: "host" },
      ...{ volumes_from: ["data:ro", "container:other"], links: ["db:database", "vpn"] },
    };
    assert.deepEqual(referencedServices(service), ["vpn", "data", "db"]);
  });
});
