/**
 * `node tools/record-docker.ts [name …]`: plays the transcripts in `test/docker-cli` (all, or the named ones) on Debian 13's dockerd,
 * unpacked into `.cache` and started in directories and a network namespace of its own, and writes its answers into them. Needs root.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { docker13Cli, startDocker13 } from "../test/support/docker-13.ts";
import { dockerWorld } from "../test/support/docker-world.ts";
import { formatTranscript, parseTranscript } from "../test/support/transcript.ts";

const wanted = process.argv.slice(2);
const files = globSync(new URL("../test/docker-cli/*.transcript", import.meta.url).pathname)
  .filter((file) => wanted.length === 0 || wanted.includes(basename(file, ".transcript")))
  .sort();

await using docker = await startDocker13();
using world = dockerWorld(docker.host, await docker13Cli());
for (const file of files) {
  const steps = parseTranscript(readFileSync(file, "utf8"));
  writeFileSync(file, formatTranscript(steps, await world.play(steps)));
  process.stderr.write(`${basename(file)}: ${steps.length} commands\n`);
}
