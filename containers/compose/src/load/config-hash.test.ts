import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadThese } from "../testing/project-directory.ts";
import { configHash } from "./config-hash.ts";

const base = "image: i\n    environment: {A: 1, B: 2}\n    ports: [80:80]\n";

const same = [
  { when: "attributes are in another order", written: "ports: [80:80]\n    image: i\n    environment: [B=2, A=1]\n" },
  { when: "it is scaled", written: `${base}    scale: 3\n` },
  { when: "it has more replicas", written: `${base}    deploy: {replicas: 3}\n` },
  { when: "it depends on another", written: `${base}    depends_on: [b]\n` },
  { when: "it is pulled at another time", written: `${base}    pull_policy: always\n` },
  { when: "it is built in another way", written: `${base}    build: .\n` },
  { when: "it has profiles", written: `${base}    profiles: [p]\n` },
];

const other = [
  { when: "its image differs", written: base.replace("image: i", "image: j") },
  { when: "a variable differs", written: base.replace("A: 1", "A: 2") },
  { when: "a port differs", written: base.replace("80:80", "81:80") },
  { when: "a label is added", written: `${base}    labels: [x]\n` },
  { when: "its limits differ", written: `${base}    deploy: {resources: {limits: {memory: 1m}}}\n` },
  { when: "its command is cleared", written: `${base}    command: []\n` },
];

describe("configHash()", () => {
  for (const [isSame, rows] of [
    [true, same],
    [false, other],
  ] as const) {
    for (const { when, written } of rows) {
      it(`is ${isSame ? "the same" : "another"} when ${when}`, async (t) => {
        const hash = async (text: string): Promise<string> => {
          const project = await loadThese(
            t,
            { "compose.yaml": `services:\n  a:\n    ${text}  b: {image: b}\n` },
            { profiles: ["p"] },
          );
          return configHash(project.services.a ?? assert.fail("the service is gone"));
        };
        const [one, two] = [await hash(base), await hash(written)];
        assert.match(one, /^[0-9a-f]{64}$/);
        assert.equal(one === two, isSame);
      });
    }
  }
});
