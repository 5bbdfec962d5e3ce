import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadThese } from "../testing/project-directory.ts";
import { configHash } from "./config-hash.ts";

const base = "image: i\n    environment: {A: 1, B: 2}\n    ports: [80:80]\n";

const same = [
  { when: "attributes are in another order", written: "ports: [80:80]\n    image: i\n    environment: [B=2, A=1]\n" },
  { when: "it is scaled", written: `${base}    scale: 3\n` },
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
  it("is that of docker compose 2.40", async (t) => {
    const written = `
services:
  web:
    image: busybox
    command: ["sleep", "600"]
    environment: {B: "1", A: "x<y", C: }
    volumes: ["data:/data", "/x:/y:ro", "/anon"]
    networks: {front: {aliases: [w]}, back: }
    healthcheck: {test: "exit 0", interval: 1m30s, retries: 3}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 64M}}}
    develop: {watch: [{path: /x, action: sync, target: /y}]}
    blkio_config: {device_read_bps: [{path: /dev/sda, rate: 1mb}]}
    tmpfs: /run
networks: {front: , back: }
volumes: {data: }
`;
    const { web = assert.fail("the service is gone") } = (await loadThese(t, { "compose.yaml": written })).services;
    assert.equal(configHash(web), "1baeffd88fcece1c918e756d2795ad9df2e58610df071e4bdfa793176dcee8ff");
  });

  it("does not change with the number of replicas", async (t) => {
    const hash = async (replicas: number): Promise<string> => {
      const written = `services: {a: {image: i, deploy: {mode: replicated, replicas: ${replicas}}}}\n`;
      const { a = assert.fail("the service is gone") } = (await loadThese(t, { "compose.yaml": written })).services;
      return configHash(a);
    };
    assert.equal(await hash(2), await hash(3));
  });

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
