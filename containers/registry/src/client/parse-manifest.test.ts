import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Index } from "../descriptor.ts";
import { digestOf } from "../digest.ts";
import { RegistryError } from "../errors.ts";
import { OCI_MANIFEST } from "../media-types.ts";
import { selectPlatform } from "../platform.ts";
import { parseManifest } from "./fetch-manifest.ts";

const good = { mediaType: OCI_MANIFEST, digest: digestOf("x"), size: 1 };

describe("parseManifest()", () => {
  const refused = [
    { when: "it is no JSON", text: "{" },
    { when: "it is no object", text: "[]" },
    { when: "it is of schema 1", text: JSON.stringify({ schemaVersion: 1, fsLayers: [] }) },
    { when: "its layers are no list", text: JSON.stringify({ schemaVersion: 2, config: good, layers: {} }) },
    {
      when: "a size is negative",
      text: JSON.stringify({ schemaVersion: 2, config: { ...good, size: -1 }, layers: [] }),
    },
    {
      when: "a digest leads out of a directory",
      text: JSON.stringify({ schemaVersion: 2, config: { ...good, digest: "sha256:../../etc/passwd" }, layers: [] }),
    },
    {
      when: "annotations are no texts",
      text: JSON.stringify({ schemaVersion: 2, manifests: [{ ...good, annotations: { a: {} } }] }),
    },
  ];
  for (const { when, text } of refused)
    it(`says MANIFEST_INVALID when ${when}`, () => {
      const isIt = (error: unknown) => error instanceof RegistryError && error.code === "MANIFEST_INVALID";
      assert.throws(() => parseManifest(Buffer.from(text), "a"), isIt);
    });

  it("reads or refuses whatever comes, and what it read can be looked into", () => {
    const descriptor = fc.record(
      {
        mediaType: fc.oneof(fc.constant(OCI_MANIFEST), fc.jsonValue()),
        digest: fc.oneof(fc.constant(good.digest), fc.jsonValue()),
        size: fc.oneof(fc.nat(), fc.jsonValue()),
        platform: fc.jsonValue(),
        annotations: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const manifest = fc.record(
      {
        schemaVersion: fc.oneof(fc.constant(2), fc.jsonValue()),
        config: fc.oneof(descriptor, fc.constant(good)),
        layers: fc.oneof(fc.array(descriptor), fc.jsonValue()),
        manifests: fc.oneof(fc.array(descriptor), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(manifest, fc.jsonValue()), (value) => {
        try {
          const parsed = parseManifest(Buffer.from(JSON.stringify(value)), "a");
          if ("manifests" in parsed) selectPlatform(parsed as Index, { os: "linux", architecture: "amd64" }, "a");
        } catch (error) {
          assert.ok(error instanceof RegistryError, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
