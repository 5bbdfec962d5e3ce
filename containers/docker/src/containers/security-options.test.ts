import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { securityOptions } from "./security-options.ts";

const PROFILE = { defaultAction: "SCMP_ACT_ALLOW" };

describe("securityOptions()", () => {
  for (const { options, expected } of [
    { options: ["no-new-privileges"], expected: { noNewPrivileges: true } },
    { options: ["no-new-privileges:true"], expected: { noNewPrivileges: true } },
    { options: ["no-new-privileges=false"], expected: { noNewPrivileges: false } },
    { options: ["seccomp=unconfined"], expected: { seccomp: "unconfined" } },
    { options: [`seccomp=${JSON.stringify(PROFILE)}`], expected: { seccomp: PROFILE } },
    { options: ["apparmor:strict"], expected: { apparmor: "strict" } },
    {
      options: ["label=type:strict_t", "label=level:s0:c1,c2"],
      expected: { selinux: { type: "strict_t", level: "s0:c1,c2" } },
    },
    { options: ["label:disable"], expected: { selinux: { disable: true } } },
  ])
    it(`takes ${options.join(" ")}`, () => assert.deepEqual(securityOptions(options), expected));
  for (const { option, error } of [
    { option: "unknown", error: 'invalid --security-opt 1: "unknown"' },
    { option: "unknown=1", error: 'invalid --security-opt 2: "unknown=1"' },
    { option: "no-new-privileges=maybe", error: 'invalid --security-opt 2: "no-new-privileges=maybe"' },
    { option: "label=colour:red", error: /^bad label option "colour:red", valid options/ },
    { option: "seccomp=/profile.json", error: /^Decoding seccomp profile failed: / },
  ])
    it(`refuses ${option}`, () => assert.throws(() => securityOptions([option]), { message: error }));
});
