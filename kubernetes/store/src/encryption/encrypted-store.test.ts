import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSqliteStore } from "../sqlite/sqlite-store.ts";
import type { Store } from "../store.ts";
import { storageSuite } from "../testing/storage-suite.ts";
import { encryptedStore } from "./encrypted-store.ts";
import { assertPlain, createEncryption, type Encryption, type Provider } from "./encryption.ts";
import { aesCbc, aesGcm } from "./value-cipher.ts";

const log = { error: (message: string) => assert.fail(message) };
const key = (keyName: string, fill: number): Provider => ({
  method: "aesgcm",
  keyName,
  cipher: aesGcm(new Uint8Array(32).fill(fill)),
});
const all = (encryption: Encryption) => () => encryption;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => new TextDecoder().decode(value);

const open = async (t: { after(fn: () => Promise<void>): void }): Promise<Store> => {
  const store = await openSqliteStore({ path: ":memory:", log });
  t.after(async () => store[Symbol.asyncDispose]());
  return store;
};

storageSuite("an encrypted store", async (t) => encryptedStore(await open(t), all(createEncryption([key("one", 1)]))));

describe("encryptedStore()", () => {
  it("stores nothing readable, and encrypts only where it is told to", async (t) => {
    const inner = await open(t);
    const encryption = createEncryption([key("one", 1)]);
    const store = encryptedStore(inner, (k) => (k.startsWith("/secrets/") ? encryption : undefined));
    await store.txn(
      [],
      [{ put: { key: "/secrets/a", value: bytes("hush") } }, { put: { key: "/b", value: bytes("b") } }],
    );
    const stored = text((await inner.get("/secrets/a"))?.value);
    assert.match(stored, /^k8s:enc:aesgcm:v1:one:/);
    assert.doesNotMatch(stored, /hush/);
    assert.equal(text((await store.get("/secrets/a"))?.value), "hush");
    assert.equal(text((await inner.get("/b"))?.value), "b");
  });

  it("gives watchers the very value that was put: it is decoded no second time", async (t) => {
    const store = encryptedStore(await open(t), all(createEncryption([key("one", 1)])));
    const value = bytes("1");
    await store.txn([], [{ put: { key: "/a", value } }]);
    for await (const { events } of store.watch("/", { fromRevision: 2, signal: new AbortController().signal })) {
      assert.equal(events[0]?.kv.value, value);
      break;
    }
  });

  it("reads what earlier keys and plain text left, and says that it is stale", async (t) => {
    const inner = await open(t);
    const put = (store: Store, k: string) => store.txn([], [{ put: { key: k, value: bytes(k) } }]);
    await put(inner, "/plain");
    await put(encryptedStore(inner, all(createEncryption([key("one", 1)]))), "/one");
    const rotated = encryptedStore(inner, all(createEncryption([key("two", 2), key("one", 1), "identity"])));
    await put(rotated, "/two");
    const { kvs } = await rotated.range("/");
    assert.deepEqual(
      kvs.map((kv) => [kv.key, text(kv.value), kv.stale ?? false]),
      [
        ["/one", "/one", true],
        ["/plain", "/plain", true],
        ["/two", "/two", false],
      ],
    );
  });
});

describe("createEncryption()", () => {
  const stored = createEncryption([key("one", 1)]).encrypt(bytes("hush"), "/a");
  const cbc: Provider = { method: "aescbc", keyName: "c", cipher: aesCbc(new Uint8Array(16).fill(3)) };

  it("knows what it made from plain text", () => {
    assertPlain(bytes("{}"), "/a");
    assert.throws(() => assertPlain(stored, "/a"), {
      message:
        'Cannot decrypt /a: it was encrypted by aesgcm with the key "one", and no encryption is configured for it',
    });
  });

  it("reads back what AES-CBC made", () => {
    const encryption = createEncryption([cbc]);
    assert.equal(text(encryption.decrypt(encryption.encrypt(bytes("hush"), "/a"), "/a").value), "hush");
  });

  const refused: { when: string; providers: readonly Provider[]; value: Uint8Array; at?: string; message: RegExp }[] = [
    {
      when: "the key is not configured any more",
      providers: [key("two", 2), "identity"],
      value: stored,
      message:
        /^Cannot decrypt \/a: it was encrypted by aesgcm with the key "one", which the configuration does not have$/,
    },
    {
      when: "another key has its name",
      providers: [key("one", 9)],
      value: stored,
      message: /the key "one" \(aesgcm\) does not fit it, or it was changed/,
    },
    {
      when: "it was moved to another key of the store",
      providers: [key("one", 1)],
      value: stored,
      at: "/b",
      message: /\/b/,
    },
    {
      when: "it is plain text, which is not expected",
      providers: [key("one", 1)],
      value: bytes("{}"),
      message: /it is not encrypted, and the configuration does not list identity/,
    },
    {
      when: "it is cut short",
      providers: [key("one", 1)],
      value: stored.subarray(0, 25),
      message: /does not fit it, or it was changed/,
    },
  ];
  for (const { when, providers, value, at = "/a", message } of refused) {
    it(`refuses to decrypt when ${when}`, () =>
      assert.throws(() => createEncryption(providers).decrypt(value, at), { name: "DecryptionError", message }));
  }
});
