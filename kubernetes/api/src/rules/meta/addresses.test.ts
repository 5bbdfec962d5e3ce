import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FieldError } from "../field-error.ts";
import { canonicalCidrReasons, canonicalIpReasons, checkCidr, checkIp } from "./addresses.ts";

type Check = (value: string, field: string, errors: FieldError[]) => void;

function details(check: Check, value: string): string[] {
  const errors: FieldError[] = [];
  check(value, "f", errors);
  return errors.map(({ detail }) => detail);
}

const table: readonly { readonly check: Check; readonly value: string; readonly want: readonly string[] }[] = [
  { check: checkIp, value: "10.0.0.5", want: [] },
  { check: checkIp, value: "fd00::1", want: [] },
  { check: checkIp, value: "10.0.0.256", want: ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"] },
  { check: checkIp, value: "010.000.000.005", want: ["must not have leading 0s"] },
  { check: checkIp, value: "::ffff:10.0.0.5", want: ["must not be an IPv4-mapped IPv6 address"] },
  { check: checkCidr, value: "10.0.0.0/24", want: [] },
  { check: checkCidr, value: "FD00::/64", want: [] },
  { check: checkCidr, value: "0.0.0.0/0", want: [] },
  { check: checkCidr, value: "10.0.0.5/24", want: ["must not have bits set beyond the prefix length"] },
  { check: checkCidr, value: "fd00::1/64", want: ["must not have bits set beyond the prefix length"] },
  { check: checkCidr, value: "10.0.0.0/08", want: ["must not have leading 0s in IP or prefix length"] },
  {
    check: checkCidr,
    value: "10.0.0.0/33",
    want: ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"],
  },
];

describe("addresses and networks", () => {
  for (const { check, value, want } of table) {
    it(`${check.name}() says ${want.join() || "nothing"} of ${value}`, () => {
      assert.deepEqual(details(check, value), want);
    });
  }

  it("have one canonical form", () => {
    assert.deepEqual(canonicalIpReasons("2001:DB8:0:0::1"), ['must be in canonical form ("2001:db8::1")']);
    assert.deepEqual(canonicalCidrReasons("2001:db8:ffff::/33"), ['must be in canonical form ("2001:db8:8000::/33")']);
    assert.deepEqual(canonicalCidrReasons("10.255.255.255/12"), ['must be in canonical form ("10.240.0.0/12")']);
    assert.deepEqual(canonicalCidrReasons("::/0"), []);
  });
});
