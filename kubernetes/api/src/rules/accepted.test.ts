/** What a real API server accepted and what it filled in: its recorded answers. Later versions fill in more. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeObject } from "../decode/decode-object.ts";
import type { ObjectMeta } from "../generated/types/meta/v1.ts";
import { findKind } from "../resources.ts";
import { applyDefaults, prepareForCreate, readBack, validateCreate } from "../validation.ts";
import type { Mutable } from "./kind-rules.ts";

interface Case {
  readonly when: string;
  readonly object: { readonly apiVersion: string; readonly kind: string };
  readonly want: object;
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL("./testdata/accepted.json", import.meta.url), "utf8"));

/** `got` without the fields that `want` does not have, so that a comparison sees only what was recorded. */
function onlyRecorded(got: unknown, want: unknown): unknown {
  if (Array.isArray(got) && Array.isArray(want)) return got.map((item, index) => onlyRecorded(item, want[index]));
  if (typeof got !== "object" || typeof want !== "object" || got === null || want === null) return got;
  const wanted: Readonly<Record<string, unknown>> = { ...want };
  const kept = Object.entries(got).filter(([key]) => key in wanted);
  return Object.fromEntries(kept.map(([key, value]) => [key, onlyRecorded(value, wanted[key])]));
}

describe("defaults, against recorded answers", () => {
  for (const { when, object: body, want } of cases) {
    it(`fill in ${when}, once and for all`, () => {
      const [group = "", version = ""] = body.apiVersion.includes("/")
        ? body.apiVersion.split("/")
        : ["", body.apiVersion];
      const info = findKind(group, version, body.kind);
      assert.ok(info);
      const object: Mutable<object> = decodeObject(body, info.typeName, "Strict").object;
      const { metadata } = object as { metadata: Mutable<ObjectMeta> };
      metadata.uid = "u-1";
      if (info.namespaced) metadata.namespace = "tr";
      else delete metadata.namespace;
      applyDefaults(info.typeName, object);
      prepareForCreate(info.typeName, object);
      assert.deepEqual(validateCreate(info.typeName, object), []);
      readBack(info.typeName, object);
      assert.deepEqual(onlyRecorded(object, want), want);
      const again = structuredClone(object);
      applyDefaults(info.typeName, again);
      assert.deepEqual(again, object);
    });
  }
});
