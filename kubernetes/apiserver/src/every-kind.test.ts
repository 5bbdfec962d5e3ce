/** A well-filled object of every kind is created, read back with its defaults, edited and deleted. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { findKind, type ResourceInfo, resources } from "@skiff/api";
import {
  decodeProtobuf,
  encodeProtobuf,
  objectTypeOf,
  openProtobuf,
  protobufType,
  sealProtobuf,
} from "@skiff/api/server";
import { parseAllDocuments, parse as parseYaml, stringify } from "yaml";
import { Requests } from "./testing/requests.ts";
import { startTestApiServer } from "./testing/start-test-api-server.ts";

interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string; labels?: Record<string, string>; [field: string]: unknown };
}

const directory = new URL("./testdata/every-kind/", import.meta.url);
/** What is stored for each object, as read and found right; UPDATE_TESTDATA=1 writes it anew. */
const goldenFile = new URL("./testdata/every-kind.stored.json", import.meta.url);
const golden: Record<string, unknown> = JSON.parse(readFileSync(goldenFile, "utf8"));
const isUpdate = process.env.UPDATE_TESTDATA === "1";

const objects: readonly AnyObject[] = readdirSync(directory).flatMap((file) =>
  parseAllDocuments(readFileSync(new URL(file, directory), "utf8")).map((document) => document.toJS() as AnyObject),
);

/** Kinds whose status the server itself writes at once: it may come between any two requests. */
const MANAGED: ReadonlySet<string> = new Set([
  "APIService",
  "CustomResourceDefinition",
  "FlowSchema",
  "ValidatingAdmissionPolicy",
]);

/** The version in which `yes` is true, as Go's parser reads it. */
const YAML_1 = { version: "1.1" } as const;

const formats = [
  { name: "JSON", type: "application/json", write: JSON.stringify, read: (body: unknown) => body },
  {
    name: "YAML",
    type: "application/yaml",
    write: (object: object) => stringify(object, YAML_1),
    read: (body: unknown) => parseYaml(String(body), YAML_1),
  },
  {
    name: "protobuf",
    type: "application/vnd.kubernetes.protobuf",
    write(object: AnyObject) {
      const { apiVersion, kind } = object;
      return sealProtobuf(apiVersion, kind, encodeProtobuf(object, infoOf(object).typeName));
    },
    read(body: unknown) {
      assert.ok(body instanceof Uint8Array, String(body));
      const { apiVersion, kind, message } = openProtobuf(body);
      const typeName = protobufType(apiVersion, kind);
      assert.ok(typeName, `${apiVersion} ${kind} has a protobuf form`);
      const value = { apiVersion, kind, ...(decodeProtobuf(message, typeName) as object) };
      if (kind === "Status") return value;
      // Zero values are on the wire, and not in JSON: this is what a Go client would write of what it has read.
      return objectTypeOf({ typeName }).decode(value, "Strict").object;
    },
  },
] as const;

function infoOf({ apiVersion, kind }: AnyObject): ResourceInfo {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const info = findKind(group, version, kind);
  assert.ok(info, `${apiVersion} ${kind} is served`);
  return info;
}

function collectionOf({ group, version, plural, namespaced }: ResourceInfo): string {
  const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${base}${namespaced ? "/namespaces/every" : ""}/${plural}`;
}

const VARYING = [
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "managedFields",
  "authentication.kubernetes.io/credential-id",
];

/** The object without what differs from run to run. */
function lasting(object: unknown): unknown {
  const uid = (object as AnyObject).metadata.uid;
  const text = JSON.stringify(object, (key, value) => (VARYING.includes(key) ? undefined : value));
  return JSON.parse(typeof uid === "string" ? text.replaceAll(uid, "<uid>") : text);
}

/** The lasting part that nobody but the client writes. */
function own(object: AnyObject): unknown {
  const part = lasting(object) as Record<string, unknown>;
  if (MANAGED.has(object.kind)) delete part.status;
  return part;
}

function oneALine(values: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(values).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

let requests: Requests;
const closing: (() => unknown)[] = [];

before(async () => {
  const server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
  requests = new Requests(server);
  await requests.send("POST", "/api/v1/namespaces", { metadata: { name: "every" } });
  await requests.send("POST", "/api/v1/namespaces/every/serviceaccounts", { metadata: { name: "default" } });
});

after(async () => {
  requests[Symbol.dispose]();
  for (const close of closing) await close();
  if (isUpdate) writeFileSync(goldenFile, oneALine(golden));
});

/** Deletes it, taking the part of the controllers that would let it go. */
async function remove(info: ResourceInfo, path: string): Promise<void> {
  const { code, body } = await requests.send("DELETE", `${path}?gracePeriodSeconds=0`);
  assert.equal(code, 200, JSON.stringify(body));
  const left = await requests.send("GET", path);
  if (left.code === 404) return;
  const { metadata } = left.body as AnyObject;
  assert.ok(metadata.deletionTimestamp, "what is left is being deleted");
  if (info.kind === "Namespace") {
    await requests.send("PUT", `${path}/finalize`, { ...(left.body as object), spec: { finalizers: [] } });
  } else {
    const patch = { "content-type": "application/merge-patch+json" };
    await requests.send("PATCH", path, { metadata: { finalizers: null } }, patch);
  }
  assert.equal((await requests.send("GET", path)).code, 404);
}

/** What the binary form has of an object: an empty text is as good as none, and what is within another has no type. */
function inBinary(object: unknown): unknown {
  const text = JSON.stringify(object, function (this: unknown, key, value) {
    if (value === "" && !Array.isArray(this)) return undefined;
    if (key !== "volumeClaimTemplates") return value;
    return (value as AnyObject[]).map((claim) => ({ ...claim, apiVersion: undefined, kind: undefined }));
  });
  return JSON.parse(text);
}

for (const { name: format, type, write, read } of formats) {
  const has = (object: unknown) => (format === "protobuf" ? inBinary(object) : object);
  const headers = { "content-type": type, accept: type };
  describe(`an object in ${format} is created, read, edited and deleted`, () => {
    for (const object of objects) {
      const { kind, apiVersion, metadata } = object;
      it(`as ${apiVersion} ${kind} ${metadata.name}`, async () => {
        const info = infoOf(object);
        const collection = collectionOf(info);
        const path = `${collection}/${metadata.name}`;
        const made = await requests.send("POST", `${collection}?fieldValidation=Strict`, write(object), headers);
        const stored = read(made.body) as AnyObject;
        assert.equal(made.code, 201, JSON.stringify(stored));
        const title = `${apiVersion} ${kind} ${metadata.name}`;
        if (isUpdate) golden[title] = lasting(stored);
        assert.deepEqual(has(lasting(stored)), has(golden[title]));
        const here = await requests.send("GET", path, undefined, headers);
        const seen = read(here.body) as AnyObject;
        assert.deepEqual(own(seen), own(stored));
        if (!MANAGED.has(kind)) assert.deepEqual(seen, stored);

        const label = (one: AnyObject): AnyObject => ({
          ...one,
          metadata: { ...one.metadata, labels: { ...one.metadata.labels, edited: "yes" } },
        });
        const replace = (one: AnyObject) => requests.send("PUT", `${path}?fieldValidation=Strict`, write(one), headers);
        const edited = label(stored);
        let put = await replace(edited);
        // Whoever writes the status may have been faster.
        while (put.code === 409)
          put = await replace(label(read((await requests.send("GET", path, undefined, headers)).body) as AnyObject));
        const replaced = read(put.body) as AnyObject;
        assert.equal(put.code, 200, JSON.stringify(replaced));
        // Most kinds count changes of their spec only; slices of endpoints are found by labels, and count those.
        edited.metadata.generation = replaced.metadata.generation;
        assert.deepEqual(own(replaced), own(edited));
        assert.notEqual(replaced.metadata.resourceVersion, stored.metadata.resourceVersion);
        await remove(info, path);
      });
    }
  });
}

it("every kind that is stored has an object here", () => {
  const here = new Set(objects.map((object) => infoOf(object).typeName));
  const stored = resources.filter((info) => info.verbs.includes("create") && info.verbs.includes("get"));
  const missing = stored.map((info) => info.typeName).filter((typeName) => !here.has(typeName));
  assert.deepEqual(missing, []);
});
