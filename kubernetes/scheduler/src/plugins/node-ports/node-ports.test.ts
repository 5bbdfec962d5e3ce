import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aNode, aPod, aSnapshot } from "../../testing/objects.ts";
import { filtered } from "../../testing/run-plugin.ts";
import { nodePorts, REASON } from "./node-ports.ts";

const withPort = (
  name: string,
  hostPort: number,
  hostIP?: string,
  protocol: "TCP" | "UDP" = "TCP",
  nodeName?: string,
) =>
  aPod(name, {
    spec: { nodeName, containers: [{ name: "c", ports: [{ containerPort: 80, hostPort, hostIP, protocol }] }] },
  });

const table = [
  { when: "another port", pod: withPort("p", 81), want: "fits" },
  { when: "the same port", pod: withPort("p", 80), want: REASON },
  { when: "the same port of another protocol", pod: withPort("p", 80, undefined, "UDP"), want: "fits" },
  {
    when: "the same port on one address, where the other has them all",
    pod: withPort("p", 80, "127.0.0.1"),
    want: REASON,
  },
];

describe("NodePorts.filter()", () => {
  for (const { when, pod, want } of table)
    it(`answers "${want}" for ${when}`, () => {
      const snapshot = aSnapshot([aNode("a")], [withPort("other", 80, undefined, "TCP", "a")]);
      assert.deepEqual(filtered(nodePorts, pod, snapshot), { a: want });
    });

  it("lets two addresses have the same port", () => {
    const snapshot = aSnapshot([aNode("a")], [withPort("other", 80, "10.0.0.1", "TCP", "a")]);
    assert.deepEqual(filtered(nodePorts, withPort("p", 80, "10.0.0.2"), snapshot), { a: "fits" });
  });
});
