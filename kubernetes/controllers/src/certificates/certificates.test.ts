import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { endOf } from "./cleaning.ts";
import { refusalOf } from "./signer-rules.ts";

const node = {
  commonName: "system:node:n1",
  organizations: ["system:nodes"],
  dnsNames: [],
  ipAddresses: [],
  emailAddresses: [],
  uris: [],
};
const CLIENT = ["client auth", "digital signature"];

describe("the cluster's signers", () => {
  const CASES = [
    {
      when: "a node asks for its client certificate",
      signer: "kube-apiserver-client-kubelet",
      subject: node,
      usages: CLIENT,
      why: undefined,
    },
    {
      when: "the organization is another",
      signer: "kube-apiserver-client-kubelet",
      subject: { ...node, organizations: ["dev"] },
      usages: CLIENT,
      why: "subject organization is not system:nodes",
    },
    {
      when: "the name is no node's",
      signer: "kube-apiserver-client-kubelet",
      subject: { ...node, commonName: "eve" },
      usages: CLIENT,
      why: "subject common name does not begin with system:node: ",
    },
    {
      when: "a client certificate names hosts",
      signer: "kube-apiserver-client-kubelet",
      subject: { ...node, dnsNames: ["n1"] },
      usages: CLIENT,
      why: "DNS subjectAltNames are not allowed",
    },
    {
      when: "a server certificate names none",
      signer: "kubelet-serving",
      subject: node,
      usages: ["server auth"],
      why: "DNS or IP subjectAltName is required",
    },
    {
      when: "a server certificate is for clients too",
      signer: "kubelet-serving",
      subject: { ...node, dnsNames: ["n1"] },
      usages: ["server auth", "client auth"],
      why: "usages contained disallowed values: client auth",
    },
    {
      when: "a user asks for a client certificate",
      signer: "kube-apiserver-client",
      subject: { ...node, commonName: "eve", organizations: [] },
      usages: CLIENT,
      why: undefined,
    },
    {
      when: "a user's is not for clients",
      signer: "kube-apiserver-client",
      subject: node,
      usages: ["digital signature"],
      why: "usages did not contain client auth",
    },
  ];
  for (const { when, signer, subject, usages, why } of CASES) {
    it(`${why === undefined ? "sign" : "refuse"} when ${when}`, () =>
      assert.equal(refusalOf(`kubernetes.io/${signer}`, subject, usages), why));
  }
});

describe("a certificate request is of no more use", () => {
  const CREATED = "2026-01-01T00:00:00Z";
  const SETTLED = "2026-01-01T10:00:00Z";
  const hours = (n: number) => Date.parse(CREATED) + n * 3_600_000;
  const request = (status: object): CertificateSigningRequest => ({
    metadata: { name: "r", creationTimestamp: CREATED },
    spec: { request: "", signerName: "example.org/s", usages: [] },
    status,
  });
  const condition = (type: string) => ({ conditions: [{ type, status: "True", lastUpdateTime: SETTLED }] });
  const CASES = [
    { when: "a day after it was made, while nobody decides", status: {}, end: hours(24) },
    { when: "a day after it was made, approved and never signed", status: condition("Approved"), end: hours(24) },
    { when: "an hour after it was denied", status: condition("Denied"), end: hours(11) },
    { when: "an hour after it failed", status: condition("Failed"), end: hours(11) },
    {
      when: "an hour after it was approved, once signed",
      status: { ...condition("Approved"), certificate: "bm9uZQ==" },
      end: hours(11),
    },
  ];
  for (const { when, status, end } of CASES) it(when, () => assert.equal(endOf(request(status)), end));
});
