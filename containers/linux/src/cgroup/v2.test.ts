import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { cgroupsV2, weightOf } from "./v2.ts";

/** A directory with the files a v2 cgroup of a running container was seen to have. */
async function recordedTree(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "skiff-cgroup-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const files = {
    "memory.current": "2097152\n",
    "memory.max": "67108864\n",
    "memory.stat": "anon 1048576\nfile 655360\ninactive_file 524288\npgfault 1200\npgmajfault 3\n",
    "memory.events": "low 0\nhigh 0\nmax 2\noom 1\noom_kill 1\n",
    "cpu.stat": "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n",
    "pids.current": "4\n",
    "io.stat": "254:0 rbytes=4096 wbytes=8192 rios=1 wios=2\n8:0 rbytes=1 wbytes=2 rios=1 wios=1\n",
    "cgroup.procs": "17\n19\n",
  };
  await mkdir(join(root, "pod/inner"), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, "pod", name), content);
  await writeFile(join(root, "pod/inner/cgroup.procs"), "23\n");
  return root;
}

describe("cgroupsV2()", () => {
  it("reads usage", async (t) => {
    const cgroups = cgroupsV2(await recordedTree(t));
    assert.deepEqual(cgroups.stats("/pod"), {
      cpuNanoseconds: 1_500_000,
      memoryUsage: 2097152,
      memoryWorkingSet: 1572864,
      memoryRss: 1048576,
      memoryLimit: 67108864,
      pageFaults: 1200,
      majorPageFaults: 3,
      pids: 4,
      blockRead: 4097,
      blockWrite: 8194,
      oomKills: 1,
    });
    assert.equal(cgroups.stats("/absent"), undefined);
    assert.deepEqual(cgroups.processes("/pod").sort(), [17, 19, 23]);
  });

  it("writes limits in the words of v2", async (t) => {
    const root = await recordedTree(t);
    cgroupsV2(root).apply("/pod", { memory: 1024, cpuQuota: 50000, cpuPeriod: 100000, cpuShares: 1024, pids: -1 });
    const read = (file: string) => readFile(join(root, "pod", file), "utf8");
    const written = await Promise.all(["memory.max", "cpu.max", "cpu.weight", "pids.max"].map(read));
    assert.deepEqual(written, ["1024", "50000 100000", "39", "max"]);
  });

  it("maps the ends of the v1 weights to the ends of v2's", () => {
    assert.deepEqual([weightOf(2), weightOf(262144)], [1, 10000]);
  });
});
