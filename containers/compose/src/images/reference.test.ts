import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseReference } from "./reference.ts";

const table = [
  { text: "nginx", registry: "docker.io", name: "nginx", tag: "latest" },
  { text: "library/nginx:1.27", registry: "docker.io", name: "library/nginx", tag: "1.27" },
  { text: "localhost/shop", registry: "localhost", name: "localhost/shop", tag: "latest" },
  {
    text: "registry.example.org:5000/shop/web",
    registry: "registry.example.org:5000",
    name: "registry.example.org:5000/shop/web",
    tag: "latest",
  },
  { text: "ghcr.io/a/b:c", registry: "ghcr.io", name: "ghcr.io/a/b", tag: "c" },
  { text: "nginx:1@sha256:00", registry: "docker.io", name: "nginx", tag: "sha256:00" },
];

describe("parseReference()", () => {
  for (const { text, ...want } of table) it(`splits ${text}`, () => assert.deepEqual(parseReference(text), want));
});
