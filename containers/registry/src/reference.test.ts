import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RegistryError } from "./errors.ts";
import { familiarReference, formatReference, parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

const valid = [
  { when: "it is one word", text: "busybox", full: "docker.io/library/busybox:latest", familiar: "busybox:latest" },
  { when: "it has a namespace", text: "a/b:1.0", full: "docker.io/a/b:1.0", familiar: "a/b:1.0" },
  { when: "it has a host", text: "ghcr.io/a/b", full: "ghcr.io/a/b:latest", familiar: "ghcr.io/a/b:latest" },
  {
    when: "its host has a port",
    text: "localhost:5000/a",
    full: "localhost:5000/a:latest",
    familiar: "localhost:5000/a:latest",
  },
  { when: "its host is localhost", text: "localhost/a:x", full: "localhost/a:x", familiar: "localhost/a:x" },
  { when: "it has only a digest", text: `a@${digest}`, full: `docker.io/library/a@${digest}`, familiar: `a@${digest}` },
  {
    when: "it has tag and digest",
    text: `a:1@${digest}`,
    full: `docker.io/library/a:1@${digest}`,
    familiar: `a:1@${digest}`,
  },
  {
    when: "it names Docker Hub the old way",
    text: "index.docker.io/a",
    full: "docker.io/library/a:latest",
    familiar: "a:latest",
  },
];

const invalid = [
  "",
  "Busybox",
  "a:",
  "a@sha256:12",
  "-a",
  "a//b",
  "a/../b",
  "a b",
  "a:b:c",
  `a@${digest}@${digest}`,
  "ho_st.io/a",
  "x".repeat(300),
];

describe("parseReference()", () => {
  for (const { when, text, full, familiar } of valid) {
    it(`completes a reference when ${when}`, () => {
      assert.equal(formatReference(parseReference(text)), full);
      assert.equal(familiarReference(parseReference(text)), familiar);
    });
  }
  for (const text of invalid) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.throws(
        () => parseReference(text),
        (error) => error instanceof RegistryError && error.code === "INVALID_REFERENCE",
      );
    });
  }
});
