/** What a real API server refused, and in which words: its recorded answers, in the wording of 1.36. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeObject } from "../decode/decode-object.ts";
import type { ResourceInfo } from "../resource-info.ts";
import { findKind } from "../resources.ts";
import { applyDefaults, prepareForCreate, prepareForUpdate, validateCreate, validateUpdate } from "../validation.ts";
import { type FieldError, fieldErrorMessage } from "./field-error.ts";
import type { Mutable } from "./kind-rules.ts";

interface Case {
  readonly when: string;
  readonly object: { readonly apiVersion: string; readonly kind: string };
  /** A path and a value: given for updates, which set it in the object as it was created. */
  readonly set?: string;
  readonly value?: unknown;
  readonly causes: readonly unknown[];
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL("./testdata/refused.json", import.meta.url), "utf8"));

interface AnyObject {
  metadata: { name?: string; namespace?: string; uid?: string; resourceVersion?: string };
  spec?: { clusterIP?: string; clusterIPs?: string[]; type?: string };
}

function infoOf({ apiVersion, kind }: Case["object"]): ResourceInfo {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const info = findKind(group ?? "", version ?? "", kind);
  assert.ok(info, `${apiVersion} ${kind} is in the table`);
  return info;
}

function created(body: object, info: ResourceInfo): AnyObject {
  const object = decodeObject(body, info.typeName, "Ignore").object as AnyObject;
  if (info.namespaced) object.metadata.namespace ??= "tr";
  else delete object.metadata.namespace;
  object.metadata.uid = "u-1";
  applyDefaults(info.typeName, object);
  prepareForCreate(info.typeName, object);
  // The server allocates addresses before it validates.
  if (info.kind === "Service" && object.spec && object.spec.type !== "ExternalName" && !object.spec.clusterIP) {
    object.spec.clusterIP = "10.0.0.1";
    object.spec.clusterIPs = ["10.0.0.1"];
  }
  return object;
}

function withValue(object: object, path: string, value: unknown): object {
  const copy: Record<string, unknown> = structuredClone({ ...object });
  const names = path.split(".");
  const last = names.pop() ?? "";
  let target = copy;
  for (const name of names) {
    target[name] ??= {};
    target = target[name] as Record<string, unknown>;
  }
  if (value === "__delete__") delete target[last];
  else target[last] = value;
  return copy;
}

function refuse({ object, set, value }: Case): FieldError[] {
  const info = infoOf(object);
  const first = created(object, info);
  if (set === undefined) return validateCreate(info.typeName, first);
  first.metadata.resourceVersion = "1";
  const next: Mutable<object> = decodeObject(withValue(first, set, value), info.typeName, "Ignore").object;
  applyDefaults(info.typeName, next);
  prepareForUpdate(info.typeName, next, first);
  return validateUpdate(info.typeName, next, first);
}

describe("validation, against recorded answers", () => {
  for (const one of cases) {
    it(`refuses ${one.when}`, () => {
      const got = refuse(one).map((error) => ({
        reason: error.type,
        field: error.field,
        message: fieldErrorMessage(error),
      }));
      assert.deepEqual(got, one.causes);
    });
  }
});
