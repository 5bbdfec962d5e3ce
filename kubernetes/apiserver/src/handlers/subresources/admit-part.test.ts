import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StatusError } from "@skiff/api";
import type { Admission, AdmissionRequest } from "../../admission/admission.ts";
import type { Call } from "../../call.ts";
import { newCall } from "../../new-call.ts";
import { admitted } from "./admit-part.ts";

function callOf(url: string): Call {
  const incoming = { method: "POST", url, header: () => undefined, signal: new AbortController().signal };
  return newCall(incoming as unknown as Call["incoming"]);
}

function noting(seen: AdmissionRequest[]): Admission {
  return { mutate: (request) => void seen.push(request), validate: () => {} };
}

describe("admitted()", () => {
  const cases = [
    {
      path: "/api/v1/namespaces/a/pods/p/exec?command=ls&command=-l&stdin=true&tty=false&container=c",
      kind: "PodExecOptions",
      object: { stdin: true, container: "c", command: ["ls", "-l"] },
    },
    {
      path: "/api/v1/namespaces/a/pods/p/portforward?ports=80&ports=81",
      kind: "PodPortForwardOptions",
      object: { ports: [80, 81] },
    },
    { path: "/api/v1/namespaces/a/services/p/proxy/x/y?z=1", kind: "ServiceProxyOptions", object: { path: "x/y" } },
  ];
  for (const { path, kind, object } of cases) {
    it(`asks admission to connect with ${kind}`, async () => {
      const seen: AdmissionRequest[] = [];
      const answer = { type: "raw", code: 200, contentType: "text/plain", body: "" } as const;
      assert.equal(await admitted(noting(seen), kind, async () => answer)(callOf(path)), answer);
      const [request] = seen;
      assert.deepEqual([request?.operation, request?.namespace, request?.name], ["CONNECT", "a", "p"]);
      assert.equal(request?.kind.kind, kind);
      assert.deepEqual(request?.object, { kind, apiVersion: "v1", ...object });
      assert.equal(request?.options(), undefined);
    });
  }

  it("opens nothing that admission refuses", async () => {
    const refuse = () => {
      throw StatusError.forbidden(undefined, "", "no");
    };
    const opened: unknown[] = [];
    const handler = admitted({ mutate: () => {}, validate: refuse }, "PodAttachOptions", async (call) => {
      opened.push(call);
      return { type: "raw", code: 200, contentType: "", body: "" };
    });
    await assert.rejects(handler(callOf("/api/v1/namespaces/a/pods/p/attach")), /forbidden: no/);
    assert.deepEqual(opened, []);
  });
});
