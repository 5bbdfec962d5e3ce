import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failureText } from "./failure-text.ts";

const table: { when: string; error: object; text: string }[] = [
  {
    when: "nothing listens",
    error: { code: "ECONNREFUSED", address: "10.0.0.1", port: 443 },
    text: "dial tcp 10.0.0.1:443: connect: connection refused",
  },
  {
    when: "nothing listens on any address of a name",
    error: { errors: [Object.assign(new Error(), { code: "ECONNREFUSED", address: "::1", port: 443 })] },
    text: "dial tcp [::1]:443: connect: connection refused",
  },
  {
    when: "the name is unknown",
    error: { code: "ENOTFOUND", hostname: "a.example" },
    text: "dial tcp: lookup a.example: no such host",
  },
  {
    when: "the authority is unknown",
    error: { code: "SELF_SIGNED_CERT_IN_CHAIN" },
    text: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  },
  {
    when: "the certificate is for others",
    error: {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      host: "a.b.svc",
      cert: { subjectaltname: "DNS:localhost, IP Address:127.0.0.1" },
    },
    text: "tls: failed to verify certificate: x509: certificate is valid for localhost, 127.0.0.1, not a.b.svc",
  },
  { when: "it is anything else", error: { message: "something" }, text: "something" },
];

describe("failureText()", () => {
  for (const { when, error, text } of table) {
    it(`says what is known when ${when}`, () => assert.equal(failureText(Object.assign(new Error(), error)), text));
  }
});
