import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type EtcdDatastore, parseDatastore } from "./parse-datastore.ts";

const etcd: EtcdDatastore = {
  type: "etcd",
  endpoints: ["a:2379"],
  prefix: "/skiff",
  tls: false,
  ca: undefined,
  cert: undefined,
  key: undefined,
  user: undefined,
  passwordFile: undefined,
};

describe("parseDatastore()", () => {
  it("knows the embedded store", () => assert.deepEqual(parseDatastore("sqlite"), { type: "sqlite" }));

  const accepted: { when: string; text: string; expect: Partial<EtcdDatastore> }[] = [
    { when: "there is a host alone", text: "etcd://a", expect: {} },
    {
      when: "there are several members, one of them IPv6",
      text: "etcd://a:2379,[fd00::1]:12379",
      expect: { endpoints: ["a:2379", "[fd00::1]:12379"] },
    },
    { when: "there is a prefix", text: "etcd://a/clusters/one/", expect: { prefix: "/clusters/one" } },
    {
      when: "there are a user and a password file",
      text: "etcd://skiff@a?password-file=/etc/pw",
      expect: { user: "skiff", passwordFile: "/etc/pw" },
    },
    {
      when: "there are certificates: they ask for TLS",
      text: "etcd://a/?ca=/ca.pem&cert=/c.pem&key=/k.pem",
      expect: { tls: true, ca: "/ca.pem", cert: "/c.pem", key: "/k.pem" },
    },
    { when: "TLS is asked for, with the system's authorities", text: "etcd://a?tls=true", expect: { tls: true } },
  ];
  for (const { when, text, expect } of accepted) {
    it(`reads an etcd cluster when ${when}`, () => assert.deepEqual(parseDatastore(text), { ...etcd, ...expect }));
  }

  const refused: { when: string; text: string; message: RegExp }[] = [
    {
      when: "a password is in it",
      text: "etcd://root:secret@a",
      message: /^a password on the command line (?!.*secret)/,
    },
    {
      when: "it is another database",
      text: "mysql://u:secret@h/db",
      message: /^cannot read the datastore "mysql:\/\/u:…@h/,
    },
    { when: "it has an unknown option", text: "etcd://a?cacert=x", message: /no option "cacert"/ },
    { when: "the key of a certificate is missing", text: "etcd://a?cert=x", message: /both cert=FILE and key=FILE/ },
    { when: "a member has no host", text: "etcd://a,:1", message: /":1" is not the address of an etcd member/ },
  ];
  for (const { when, text, message } of refused) {
    it(`refuses when ${when}`, () => assert.throws(() => parseDatastore(text), { message }));
  }
});
