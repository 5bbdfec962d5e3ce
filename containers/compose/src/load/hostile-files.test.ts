import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadThese } from "../testing/project-directory.ts";
import { ComposeFileError } from "./compose-file-error.ts";

const service = "services: {web: {image: i}}\n";
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("");

/** Projects that would take time or memory without end. */
const table: readonly { when: string; files: Readonly<Record<string, string>>; want: RegExp }[] = [
  {
    when: "each of thirty files includes the next one twice",
    files: Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        index === 0 ? "compose.yaml" : `${index}.yaml`,
        index === 29 ? service : `include: [${index + 1}.yaml, ${index + 1}.yaml]\n`,
      ]),
    ),
    want: /more than 1000 files are read$/,
  },
  {
    when: "a device without end is included",
    files: { "compose.yaml": `include: [/dev/zero]\n${service}` },
    want: /^compose.yaml:1:11: include\[0\]: \/dev\/zero cannot be read: it has more than 8000000 bytes$/,
  },
  {
    when: "a device without end is an env file",
    files: { "compose.yaml": "services: {web: {image: i, env_file: /dev/zero}}\n" },
    want: /\/dev\/zero cannot be read: it has more than 8000000 bytes$/,
  },
  {
    when: "services extend one another in a long chain",
    files: {
      "compose.yaml": `services:\n${many(5000, (index) => `  s${index}: {extends: s${index + 1}}\n`)}  s5000: {image: i}\n`,
    },
    want: /more than 100 services extend one another$/,
  },
  {
    when: "services depend on one another in a long chain",
    files: {
      "compose.yaml": `services:\n${many(9000, (index) => `  s${index}: {image: i, depends_on: [s${index + 1}]}\n`)}  s9000: {image: i}\n`,
    },
    want: /services: more than 2000 services$/,
  },
  {
    when: "ranges of ports are many",
    files: { "compose.yaml": `services:\n${many(1900, (index) => `  s${index}: {image: i, ports: [1-65535]}\n`)}` },
    want: /services.s3.ports\[0\]: the project has too many ports$/,
  },
  {
    when: "many services extend a large one",
    files: {
      "compose.yaml": `services:\n  base:\n    image: i\n    labels:\n${many(20_000, (index) => `      l${index}: x\n`)}${many(1900, (index) => `  s${index}: {extends: base}\n`)}`,
    },
    want: /the project has more than 500000 values$/,
  },
  {
    when: "variables double one another",
    files: {
      "compose.yaml": service,
      ".env": `A0=xxxxxxxxxx\n${many(40, (index) => `A${index + 1}=$A${index}$A${index}\n`)}`,
    },
    want: /^.env:18: variable A17: more than 1000000 characters once variables are replaced$/,
  },
  {
    when: "a name that is wrong is very long",
    files: { "compose.yaml": `services: {web: {image: i, ${"x".repeat(100_000)}: 1}}\n` },
    want: /is not an attribute that Compose knows$/,
  },
  {
    when: "a port is very long",
    files: { "compose.yaml": `services: {web: {image: i, ports: ["${":".repeat(100_000)}"]}}\n` },
    want: /is no port: it must be a port such as/,
  },
  {
    when: "a duration is very long",
    files: { "compose.yaml": `services: {web: {image: i, stop_grace_period: "${"1".repeat(100_000)}x"}}\n` },
    want: /must be a duration/,
  },
  {
    when: "brackets are nested without end",
    files: { "compose.yaml": `a: ${"[".repeat(100_000)}` },
    want: /is not YAML: it is nested too deeply$/,
  },
];

describe("loadProject() of a hostile file", () => {
  for (const { when, files, want } of table) {
    it(`ends with an error when ${when}`, { timeout: 30_000 }, async (t) => {
      await assert.rejects(loadThese(t, files), (error) => {
        assert.ok(error instanceof ComposeFileError, String(error));
        assert.match(error.message, want);
        return true;
      });
    });
  }
});
