import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { apparmorProfile, selinuxLabels } from "./security-modules.ts";

const selinux = { process: "system_u:system_r:container_t:s0", file: "system_u:object_r:container_file_t:s0" };

describe("apparmorProfile()", () => {
  for (const { wanted, apparmor, profile } of [
    { wanted: "strict", apparmor: true, profile: "strict" },
    { wanted: "unconfined", apparmor: true, profile: undefined },
    { wanted: undefined, apparmor: true, profile: undefined },
    { wanted: "unconfined", apparmor: false, profile: undefined },
  ])
    it(`of ${wanted} is ${profile} ${apparmor ? "with" : "without"} AppArmor`, () =>
      assert.equal(apparmorProfile(wanted, { apparmor }), profile));
  it("refuses a profile that the machine cannot have", () =>
    assert.throws(() => apparmorProfile("strict", { apparmor: false }), {
      code: "unsupported",
      message: "Cannot use the AppArmor profile strict: this machine has no AppArmor",
    }));
});

describe("selinuxLabels()", () => {
  const labels = (wanted: Parameters<typeof selinuxLabels>[0], id = "0000000100000002") =>
    selinuxLabels(wanted, id, { apparmor: false, selinux });

  it("are the policy's, with two categories that follow from the id", () => {
    assert.deepEqual(labels({}), {
      process: "system_u:system_r:container_t:s0:c1,c2",
      file: "system_u:object_r:container_file_t:s0:c1,c2",
    });
    assert.equal(labels({}, "0000000200000001")?.process, labels({})?.process);
    assert.match(labels({}, "0000000300000003")?.process ?? "", /:c3,c4$/);
  });
  it("have the parts that were asked for", () =>
    assert.deepEqual(labels({ user: "u", role: "r", type: "t", level: "s0:c5,c6" }), {
      process: "u:r:t:s0:c5,c6",
      file: "system_u:object_r:container_file_t:s0:c5,c6",
    }));
  it("are none without SELinux, when nobody asks, and when they are disabled", () => {
    assert.equal(selinuxLabels({ type: "t" }, "1", { apparmor: true }), undefined);
    assert.equal(labels(undefined), undefined);
    assert.equal(labels({ disable: true }), undefined);
  });
});
