import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encryptionConfiguration } from "./encryption-configuration.ts";

const KEY = Buffer.alloc(32, 1).toString("base64");
const SHORT = Buffer.alloc(9, 1).toString("base64");

const file = (resources: string) =>
  `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n${resources}`;
const entry = (resources: string, providers = `[{aesgcm: {keys: [{name: k, secret: ${KEY}}]}}]`) =>
  `- resources: ${resources}\n  providers: ${providers}\n`;

describe("encryptionConfiguration()", () => {
  const chosen: { when: string; resources: string; key: string; encrypted: boolean }[] = [
    { when: "a core resource is named", resources: "[secrets]", key: "/registry/core/secrets/a/b", encrypted: true },
    { when: "another one is", resources: "[secrets]", key: "/registry/core/configmaps/a/b", encrypted: false },
    {
      when: "a resource of that name is in another group",
      resources: "[secrets]",
      key: "/registry/x.io/secrets/a",
      encrypted: false,
    },
    {
      when: "a resource with its group is named",
      resources: "[pandas.x.io]",
      key: "/registry/x.io/pandas/a/b",
      encrypted: true,
    },
    { when: "a whole group is named", resources: "['*.apps']", key: "/registry/apps/deployments/a/b", encrypted: true },
    { when: "the whole core group is named", resources: "['*.']", key: "/registry/core/pods/a/b", encrypted: true },
    { when: "everything is named", resources: "['*.*']", key: "/registry/apps/deployments/a/b", encrypted: true },
    { when: "the key is no object's", resources: "['*.*']", key: "/allocated/node-ports/TCP/1", encrypted: false },
  ];
  for (const { when, resources, key, encrypted } of chosen) {
    it(`${encrypted ? "encrypts" : "leaves alone"} when ${when}`, () => {
      const encryption = encryptionConfiguration(file(entry(resources)), "e.yaml")(key);
      assert.equal(encryption !== undefined, encrypted);
      if (encryption)
        assert.match(Buffer.from(encryption.encrypt(Buffer.from("{}"), key)).toString(), /^k8s:enc:aesgcm:v1:k:/);
    });
  }

  it("lets the first of several entries count", () => {
    const plain = entry("[secrets]", "[{identity: {}}]");
    const encryption = encryptionConfiguration(file(plain + entry("['*.*']")), "e.yaml")("/registry/core/secrets/a/b");
    assert.equal(Buffer.from(encryption?.encrypt(Buffer.from("{}"), "/k") ?? []).toString(), "{}");
  });

  const refused: { when: string; text: string; message: string }[] = [
    {
      when: "it is another kind",
      text: "kind: Secret\napiVersion: v1",
      message: "e.yaml: expected kind EncryptionConfiguration of apiserver.config.k8s.io/v1, found Secret of v1",
    },
    {
      when: "it names no resources",
      text: file("[]").replace("\n[]", " []"),
      message: "e.yaml: resources: expected a list with at least one entry",
    },
    {
      when: "a provider does not exist",
      text: file(entry("[secrets]", "[{kms: {name: k}}]")),
      message: 'e.yaml: resources[0].providers[0]: unknown provider "kms": there are identity, aesgcm, aescbc',
    },
    {
      when: "a key has the wrong length",
      text: file(entry("[secrets]", `[{aesgcm: {keys: [{name: k, secret: ${SHORT}}]}}]`)),
      message: "e.yaml: resources[0].providers[0].aesgcm.keys[0].secret: expected a key of 16, 24 or 32 bytes, found 9",
    },
    {
      when: "a key is not base64",
      text: file(entry("[secrets]", "[{aesgcm: {keys: [{name: k, secret: '%%'}]}}]")),
      message: "e.yaml: resources[0].providers[0].aesgcm.keys[0].secret: expected a key in base64",
    },
    {
      when: "two keys have one name",
      text: file(entry("[secrets]", `[{aesgcm: {keys: [{name: k, secret: ${KEY}}, {name: k, secret: ${KEY}}]}}]`)),
      message: "e.yaml: resources[0].providers: aesgcm:k is given twice",
    },
  ];
  for (const { when, text, message } of refused) {
    it(`refuses when ${when}`, () => assert.throws(() => encryptionConfiguration(text, "e.yaml"), { message }));
  }
});
