/** What a container may and may not do: seccomp profiles, security options, user namespaces, as the docker CLI asks for them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type EngineInstance, startEngine } from "./support/engine.ts";

let engine: EngineInstance;
let home: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-isolation-"));
  engine = await startEngine("t-isolation");
  await engine.ok("pull busybox");
});

after(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

describe("--security-opt seccomp", () => {
  /** Path of a profile that allows everything but what these rules say. */
  const profile = (...syscalls: object[]): string => {
    const path = join(home, "profile.json");
    writeFileSync(path, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls }));
    return path;
  };
  const chmod = (path: string, ...options: string[]) =>
    engine.docker(["run", "--rm", ...options, "--security-opt", `seccomp=${path}`, "busybox", "chmod", "700", "/etc"]);
  const NO_CHMOD = { names: ["chmod", "fchmodat", "fchmodat2"], action: "SCMP_ACT_ERRNO" };

  it("=FILE forbids what the profile forbids", async () => {
    const { code, stderr } = await chmod(profile(NO_CHMOD));
    assert.deepEqual([code, stderr], [1, "chmod: /etc: Operation not permitted\n"]);
  });
  it("=FILE keeps the rules that are for the capabilities of the container", async () => {
    const path = profile({ ...NO_CHMOD, excludes: { caps: ["CAP_SYS_ADMIN"] } });
    assert.equal((await chmod(path)).code, 1);
    assert.equal((await chmod(path, "--cap-add", "SYS_ADMIN")).code, 0);
  });
  it("=unconfined allows what the default profile forbids", async () => {
    const unshare = (...options: string[]) =>
      engine.docker(["run", "--rm", ...options, "busybox", "unshare", "-U", "true"]);
    assert.equal((await unshare()).code, 1);
    assert.equal((await unshare("--security-opt", "seccomp=unconfined")).code, 0);
  });
  it("=FILE is refused when the file holds no profile", async () => {
    writeFileSync(join(home, "bad.json"), '{"defaultAction": "ALLOW"}');
    const { code, stderr } = await chmod(join(home, "bad.json"));
    assert.equal(code, 125);
    assert.match(stderr, /Decoding seccomp profile failed: invalid action: "ALLOW"/);
  });
});

describe("--security-opt", () => {
  it("is shown by inspect as it was asked for", async () => {
    const id = await engine.ok("create --security-opt no-new-privileges --security-opt label=disable busybox true");
    const shown = await engine.ok(["inspect", "-f", "{{json .HostConfig.SecurityOpt}}", id]);
    assert.deepEqual(JSON.parse(shown), ["no-new-privileges", "label=disable"]);
    await engine.ok(`rm ${id}`);
  });
  it("unknown is refused in dockerd's words", async () => {
    const { code, stderr } = await engine.docker("create --security-opt unknown=1 busybox true");
    assert.equal(code, 1);
    assert.match(stderr, /invalid --security-opt 2: "unknown=1"/);
  });
});
