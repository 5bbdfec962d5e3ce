/** A well-filled object of every kind is applied twice, then taken over from one who wrote it, and given up again. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { findKind, type ResourceInfo } from "@skiff/api";
import { parseYamlDocuments } from "@skiff/api/server";
import { Requests } from "./testing/requests.ts";
import { startTestApiServer } from "./testing/start-test-api-server.ts";

interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { manager: string; operation: string; fieldsV1: object }[];
  };
}

const directory = new URL("./testdata/every-kind/", import.meta.url);
const objects = readdirSync(directory).flatMap((file) =>
  parseYamlDocuments(readFileSync(new URL(file, directory), "utf8")).map(({ value }) => value as AnyObject),
);
/** Kinds whose objects the server writes to as well: at once, or (the taints of a node) in a list that is owned whole. */
const LEFT_OUT = ["APIService", "CustomResourceDefinition", "Namespace", "Node", "ValidatingAdmissionPolicy"];
const APPLY = { "content-type": "application/apply-patch+yaml" };

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

let requests: Requests;
const closing: (() => unknown)[] = [];

async function ok(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await requests.send(method, path, body, headers);
  const { message } = answer.body as { message?: string };
  assert.ok(answer.code < 300, `${method} ${path}: ${answer.code} ${message}`);
  return answer.body as AnyObject;
}

const records = ({ metadata }: AnyObject) =>
  (metadata.managedFields ?? []).map(({ manager, operation }) => `${manager} ${operation}`);

function withoutRecords({ metadata, ...rest }: AnyObject): object {
  const { managedFields: _, resourceVersion: __, ...bare } = metadata;
  return { ...rest, metadata: bare };
}

before(async () => {
  const server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
  requests = new Requests(server);
  closing.unshift(() => requests[Symbol.dispose]());
  await ok("POST", "/api/v1/namespaces", { metadata: { name: "every" } });
  await ok("POST", "/api/v1/namespaces/every/serviceaccounts", { metadata: { name: "default" } });
});

after(async () => {
  for (const close of closing) await close();
});

describe("an object of kind", () => {
  for (const object of objects) {
    const info = infoOf(object);
    if (!info.verbs.includes("patch") || LEFT_OUT.includes(info.kind)) continue;
    const path = `${collectionOf(info)}/${object.metadata.name}`;
    it(`${object.apiVersion} ${object.kind} (${object.metadata.name}) is applied to the same end, again and by another`, async () => {
      const found = await requests.send("GET", path);
      if (found.code === 200) await ok("DELETE", `${path}?gracePeriodSeconds=0`);
      const first = await ok("PATCH", `${path}?fieldManager=a`, object, APPLY);
      assert.deepEqual(records(first), ["a Apply"]);
      assert.deepEqual(await ok("PATCH", `${path}?fieldManager=a`, object, APPLY), first);
      // By force: a list that is owned whole and has got defaults is not what the configuration says.
      const both = await ok("PATCH", `${path}?fieldManager=b&force=true`, object, APPLY);
      assert.deepEqual(withoutRecords(both), withoutRecords(first));
      assert.equal(records(both).at(-1), "b Apply");
      const annotations = { ...both.metadata.annotations, "example.org/seen": "yes" };
      const written = await ok("PUT", `${path}?fieldManager=w`, {
        ...both,
        metadata: { ...both.metadata, annotations },
      });
      assert.deepEqual(records(written), [...records(both), "w Update"]);
      await ok("DELETE", `${path}?gracePeriodSeconds=0`);
    });
  }
});
