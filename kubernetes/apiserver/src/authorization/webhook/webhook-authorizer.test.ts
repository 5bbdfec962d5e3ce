import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import type { SubjectAccessReviewSpec } from "@skiff/api/authorization/v1";
import { ALLOWED, type Attributes, NO_OPINION } from "../authorizer.ts";
import { union } from "../union.ts";
import { type AuthorizationWebhookOptions, webhookAuthorizer } from "./webhook-authorizer.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const ada = { name: "ada", groups: ["dev"] };
const attributes: Attributes = {
  isResource: true,
  verb: "get",
  path: "",
  group: "",
  version: "v1",
  namespace: "default",
  plural: "pods",
  subresource: "",
  name: "web",
};

async function webhook(
  t: TestContext,
  answer: (spec: SubjectAccessReviewSpec) => object | number,
  changes: Partial<AuthorizationWebhookOptions> = {},
) {
  const asked: SubjectAccessReviewSpec[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => {
      text += piece;
    });
    request.on("end", () => {
      const { spec } = JSON.parse(text) as { spec: SubjectAccessReviewSpec };
      asked.push(spec);
      const said = answer(spec);
      if (typeof said === "number") response.writeHead(said).end();
      else
        response.end(
          JSON.stringify({ kind: "SubjectAccessReview", apiVersion: "authorization.k8s.io/v1", status: said }),
        );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = { time: 0, now: () => clock.time };
  const options: AuthorizationWebhookOptions = {
    name: "test",
    kubeconfig: "",
    authorizedTtlMs: 1000,
    unauthorizedTtlMs: 100,
    timeoutMs: 500,
    failurePolicy: "NoOpinion",
    matchConditions: [],
    ...changes,
  };
  return { authorizer: await webhookAuthorizer(options, clock, silent, { url }), asked, clock };
}

describe("an authorization webhook", () => {
  it("is asked once for as long as its answer holds", async (t) => {
    const { authorizer, asked, clock } = await webhook(t, () => ({ allowed: true, reason: "known" }));
    assert.deepEqual(await authorizer.authorize(ada, attributes), { allowed: true, reason: "known" });
    clock.time = 999;
    await authorizer.authorize(ada, attributes);
    assert.equal(asked.length, 1);
    assert.deepEqual(asked[0], {
      resourceAttributes: { namespace: "default", verb: "get", version: "v1", resource: "pods", name: "web" },
      user: "ada",
      groups: ["dev"],
    });
    clock.time = 1000;
    await authorizer.authorize(ada, attributes);
    assert.equal(asked.length, 2);
  });

  it("that denies ends the matter; that has no opinion leaves it to the next", async (t) => {
    const { authorizer } = await webhook(t, ({ user }) => ({
      allowed: false,
      denied: user === "eve",
      reason: "because",
    }));
    const yes = { authorize: () => ALLOWED };
    const both = union([{ authorize: () => NO_OPINION }, authorizer, yes]);
    assert.equal((await both.authorize(ada, attributes)).allowed, true);
    assert.deepEqual(await both.authorize({ ...ada, name: "eve" }, attributes), {
      allowed: false,
      denied: true,
      reason: "because",
    });
  });

  it("that cannot be asked is what its policy says", async (t) => {
    const open = await webhook(t, () => 400);
    const { allowed, denied, error } = await open.authorizer.authorize(ada, attributes);
    assert.deepEqual([allowed, denied], [false, undefined]);
    assert.match(error ?? "", /answered 400$/);
    const closed = await webhook(t, () => 400, { failurePolicy: "Deny" });
    assert.equal((await closed.authorizer.authorize(ada, attributes)).denied, true);
  });

  it("is asked only about what its conditions say", async (t) => {
    const matchConditions = [
      { expression: "has(request.resourceAttributes)" },
      { expression: "request.resourceAttributes.namespace == 'prod'" },
    ];
    const { authorizer, asked } = await webhook(t, () => ({ allowed: true }), { matchConditions });
    assert.equal((await authorizer.authorize(ada, attributes)).allowed, false);
    assert.equal((await authorizer.authorize(ada, { ...attributes, isResource: false, path: "/x" })).allowed, false);
    assert.equal(asked.length, 0);
    assert.equal((await authorizer.authorize(ada, { ...attributes, namespace: "prod" })).allowed, true);
    const wrong = [{ expression: "request.nothing == 1" }];
    await assert.rejects(
      webhook(t, () => 400, { matchConditions: wrong }),
      /matchConditions\[0\]\.expression: compilation failed/,
    );
  });
});
