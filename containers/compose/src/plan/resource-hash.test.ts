import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { networkHash, volumeHash } from "./resource-hash.ts";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("networkHash()", () => {
  it("is of the name alone where nothing else is said", () => {
    assert.equal(networkHash({ name: "shop_default", ipam: {} }), sha256('{"name":"shop_default","ipam":{}}'));
  });

  it("has members in compose-go's order, and those of maps in their own", () => {
    const network = {
      enable_ipv6: false,
      labels: { b: "<2>", a: "1" },
      internal: true,
      attachable: false,
      ipam: { config: [{ gateway: "10.0.0.1", subnet: "10.0.0.0/24" }] },
      name: "n",
    };
    assert.equal(
      networkHash(network),
      sha256(
        '{"name":"n","ipam":{"config":[{"subnet":"10.0.0.0/24","gateway":"10.0.0.1"}]},"internal":true,"labels":{"a":"1","b":"\\u003c2\\u003e"},"enable_ipv6":false}',
      ),
    );
  });
});

describe("volumeHash()", () => {
  it("names the driver that is meant where none is said", () => {
    assert.equal(volumeHash({ name: "shop_data" }), sha256('{"name":"shop_data","driver":"local"}'));
  });
});
