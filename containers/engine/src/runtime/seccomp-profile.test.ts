import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSeccompProfile, resolveSeccompProfile } from "./seccomp-profile.ts";

const facts = { capabilities: new Set(["CAP_CHOWN"]), architecture: "x64", kernel: "6.1.0-18-amd64" };
const ALLOW = "SCMP_ACT_ALLOW";
const chmod = { names: ["chmod"], action: "SCMP_ACT_ERRNO" };
const inForm = (rule: object): object => ({ ...rule, args: [] });

describe("resolveSeccompProfile()", () => {
  for (const { when, rule, applies } of [
    { when: "a rule has no conditions", rule: {}, applies: true },
    { when: "the container has the capability", rule: { includes: { caps: ["CAP_CHOWN"] } }, applies: true },
    { when: "it has not", rule: { includes: { caps: ["CAP_CHOWN", "CAP_SYS_ADMIN"] } }, applies: false },
    { when: "it has an excluded one", rule: { excludes: { caps: ["CAP_SYS_ADMIN", "CAP_CHOWN"] } }, applies: false },
    { when: "the processor is another", rule: { includes: { arches: ["s390x"] } }, applies: false },
    { when: "the processor is excluded", rule: { excludes: { arches: ["amd64"] } }, applies: false },
    { when: "the kernel is new enough", rule: { includes: { minKernel: "5.9" } }, applies: true },
    { when: "the kernel is too old", rule: { includes: { minKernel: "6.10" } }, applies: false },
    { when: "the kernel is too new", rule: { excludes: { minKernel: "4.8" } }, applies: false },
    { when: "conditions are null, as Go writes them", rule: { includes: null, excludes: null }, applies: true },
  ]) {
    it(`${applies ? "keeps" : "leaves out"} a rule when ${when}`, () => {
      const profile = resolveSeccompProfile({ defaultAction: ALLOW, syscalls: [{ ...chmod, ...rule }] }, facts);
      assert.deepEqual(profile?.syscalls, applies ? [inForm(chmod)] : []);
    });
  }
  it("takes the architectures that belong to this processor", () => {
    const archMap = [
      { architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"] },
      { architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
    ];
    const profile = resolveSeccompProfile({ defaultAction: ALLOW, archMap }, facts);
    assert.deepEqual(profile?.architectures, ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]);
  });
  it("keeps arguments, errors and the name of old profiles", () => {
    const args = [{ index: 1, value: 8, valueTwo: 8, op: "SCMP_CMP_MASKED_EQ" }];
    const rule = { name: "personality", action: "SCMP_ACT_ERRNO", errnoRet: 38, args };
    const profile = resolveSeccompProfile({ defaultAction: ALLOW, defaultErrnoRet: 1, syscalls: [rule] }, facts);
    assert.deepEqual(profile, {
      ...{ defaultAction: ALLOW, defaultErrnoRet: 1, architectures: [] },
      syscalls: [{ names: ["personality"], action: "SCMP_ACT_ERRNO", errnoRet: 38, args }],
    });
  });
  it("is none where a profile says nothing", () => assert.equal(resolveSeccompProfile({}, facts), undefined));
});

describe("parseSeccompProfile()", () => {
  for (const { when, text, error } of [
    { when: "it is no JSON", text: "/profile.json", error: /^Decoding seccomp profile failed: .*not valid JSON/ },
    { when: "it is a list", text: "[]", error: /the profile is not an object/ },
    { when: "there is no such action", text: '{"defaultAction":"ALLOW"}', error: /invalid action: "ALLOW"/ },
    {
      when: "a rule is named twice",
      text: JSON.stringify({ defaultAction: ALLOW, syscalls: [{ ...chmod, name: "chown" }] }),
      error: /both 'name' and 'names' are specified/,
    },
    {
      when: "a rule has no names",
      text: JSON.stringify({ defaultAction: ALLOW, syscalls: [{ action: ALLOW }] }),
      error: /a rule of syscalls has no names/,
    },
    {
      when: "architectures are named twice",
      text: JSON.stringify({ defaultAction: ALLOW, architectures: ["SCMP_ARCH_X86"], archMap: [{}] }),
      error: /both 'architectures' and 'archMap'/,
    },
    {
      when: "a kernel has no version",
      text: JSON.stringify({ defaultAction: ALLOW, syscalls: [{ ...chmod, includes: { minKernel: "new" } }] }),
      error: /invalid kernel version/,
    },
    {
      when: "a number has more digits than are kept",
      text: `{"defaultAction":"${ALLOW}","syscalls":[{"name":"a","action":"${ALLOW}","args":[{"value":18446744073709551615,"op":"SCMP_CMP_EQ"}]}]}`,
      error: /value is not a whole number/,
    },
  ])
    it(`refuses a profile when ${when}`, () =>
      assert.throws(() => parseSeccompProfile(text), { code: "invalid", message: error }));
});
