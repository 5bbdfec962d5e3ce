/** Which resources are encrypted at rest, and how: the EncryptionConfiguration file of Kubernetes. */
import { readFileSync } from "node:fs";
import { aesCbc, aesGcm, createEncryption, type Encryption, type Provider, type ValueCipher } from "@skiff/store";
import { parseConfiguration } from "../configuration/configuration-file.ts";

const EXPECTED = { kind: "EncryptionConfiguration", apiVersions: ["apiserver.config.k8s.io/v1"] };
const CIPHERS: Readonly<Record<string, (key: Uint8Array) => ValueCipher>> = { aesgcm: aesGcm, aescbc: aesCbc };

/** The encryption of a store key, or undefined where its resource is stored as it is. */
export type EncryptionOf = (storeKey: string) => Encryption | undefined;

/** Reads the file. Throws, naming it and the field, when it cannot be read or says something else. */
export function readEncryptionConfiguration(path: string): EncryptionOf {
  return encryptionConfiguration(readFileSync(path, "utf8"), path);
}

/** As `readEncryptionConfiguration`, of a file's text. Of several entries that name a resource the first counts. */
export function encryptionConfiguration(text: string, path: string): EncryptionOf {
  const { resources } = parseConfiguration(text, path, EXPECTED, ["resources"]);
  const entries = listOf(resources, `${path}: resources`).map((entry, i) => entryOf(entry, `${path}: resources[${i}]`));
  const known = new Map<string, Encryption | undefined>();
  return (storeKey) => {
    const resource = resourceIn(storeKey);
    if (resource === undefined) return undefined;
    if (!known.has(resource))
      known.set(resource, entries.find(({ patterns }) => patterns.some(matching(resource)))?.encryption);
    return known.get(resource);
  };
}

interface Entry {
  readonly patterns: readonly string[];
  readonly encryption: Encryption;
}

function entryOf(value: unknown, at: string): Entry {
  const { resources, providers } = objectOf(value, at, ["resources", "providers"]);
  const patterns = listOf(resources, `${at}.resources`).map((name, i) => textOf(name, `${at}.resources[${i}]`));
  const all = listOf(providers, `${at}.providers`).flatMap((p, i) => providersOf(p, `${at}.providers[${i}]`));
  const names = all.map((provider) => (provider === "identity" ? provider : `${provider.method}:${provider.keyName}`));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`${at}.providers: ${twice} is given twice`);
  return { patterns, encryption: createEncryption(all) };
}

function providersOf(value: unknown, at: string): Provider[] {
  const entries = Object.entries(objectOf(value, at));
  const [[method, settings] = ["", undefined]] = entries;
  if (entries.length !== 1) throw new Error(`${at}: expected one provider, found ${entries.length}`);
  if (method === "identity") return ["identity"];
  const make = CIPHERS[method];
  if (!make)
    throw new Error(`${at}: unknown provider "${method}": there are identity, ${Object.keys(CIPHERS).join(", ")}`);
  const { keys } = objectOf(settings, `${at}.${method}`, ["keys"]);
  return listOf(keys, `${at}.${method}.keys`).map((entry, i) => {
    const place = `${at}.${method}.keys[${i}]`;
    const { name, secret } = objectOf(entry, place, ["name", "secret"]);
    const keyName = textOf(name, `${place}.name`);
    if (keyName.includes(":")) throw new Error(`${place}.name: must not contain ":"`);
    return { method, keyName, cipher: make(keyIn(secret, `${place}.secret`)) };
  });
}

/** The key's bytes; what is wrong with them is said without showing them. */
function keyIn(secret: unknown, at: string): Uint8Array {
  const text = typeof secret === "string" ? secret.trim() : "";
  const key = Buffer.from(text, "base64");
  if (text === "" || key.toString("base64") !== text) throw new Error(`${at}: expected a key in base64`);
  if (![16, 24, 32].includes(key.length)) {
    throw new Error(`${at}: expected a key of 16, 24 or 32 bytes, found ${key.length}`);
  }
  return key;
}

/** `plural.group`, or `plural.` of the core group, of the store's keys of a resource. */
function resourceIn(storeKey: string): string | undefined {
  const [, root, group, plural] = storeKey.split("/", 4);
  if (root !== "registry" || group === undefined || plural === undefined) return undefined;
  return `${plural}.${group === "core" ? "" : group}`;
}

function matching(resource: string): (pattern: string) => boolean {
  const group = resource.slice(resource.indexOf("."));
  return (pattern) => {
    const full = pattern.includes(".") ? pattern : `${pattern}.`;
    return full === "*.*" || full === resource || full === `*${group}`;
  };
}

function objectOf(value: unknown, at: string, fields?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${at}: expected an object`);
  const unknown = fields && Object.keys(value).find((key) => !fields.includes(key));
  if (unknown !== undefined) throw new Error(`${at}: unknown field ${JSON.stringify(unknown)}`);
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`${at}: expected a list with at least one entry`);
  return value;
}

function textOf(value: unknown, at: string): string {
  if (typeof value !== "string" || value === "") throw new Error(`${at}: expected a name`);
  return value;
}
