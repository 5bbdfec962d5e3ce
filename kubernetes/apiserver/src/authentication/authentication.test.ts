import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { secrets, serviceAccounts } from "@skiff/api/resources";
import { exportJWK, SignJWT } from "jose";
import { createAuthority } from "../pki/index.ts";
import { startTestApiServer, type TestApiServer } from "../testing/start-test-api-server.ts";
import type { ServiceAccountOptions } from "./service-account-tokens.ts";

interface Answer {
  readonly code: number;
  readonly body: {
    readonly status?: { userInfo?: { username: string; groups: string[]; extra?: object; uid?: string } };
  };
}

/** Asks the server who it takes us for. */
function whoAmI(server: TestApiServer, headers: Record<string, string>, client: object = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = `${server.url}/apis/authentication.k8s.io/v1/selfsubjectreviews`;
    const options = {
      method: "POST",
      ca: server.ca,
      headers: { ...headers, "content-type": "application/json" },
      agent: false,
      ...client,
    };
    const request = httpsRequest(url, options, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => {
        resolve({ code: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(pieces).toString()) });
      });
    });
    request.on("error", reject);
    request.end('{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}');
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "skiff-authentication-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe("a user", () => {
  it("is known by the token file, with its groups", async (t) => {
    const tokenFile = join(await temporary(t), "tokens.csv");
    await writeFile(tokenFile, 'secret-1,ada,7,"dev,ops"\nsecret-2,bob,8\n');
    const server = await startTestApiServer(t, { options: { authentication: { tokenFile } } });
    const { code, body } = await whoAmI(server, bearer("secret-1"));
    assert.equal(code, 201);
    const wanted = { username: "ada", uid: "7", groups: ["dev", "ops", "system:authenticated"] };
    assert.deepEqual(body.status?.userInfo, wanted);
    assert.equal((await whoAmI(server, bearer("secret-3"))).code, 401);
  });

  it("is who a front proxy says, and only a front proxy", async (t) => {
    const proxies = await createAuthority({ cn: "front-proxy-ca" });
    const requestHeader = { clientCa: proxies.cert, allowedNames: ["front-proxy-client"] };
    const server = await startTestApiServer(t, { options: { authentication: { requestHeader } } });
    const proxy = await proxies.issue({ cn: "front-proxy-client", usages: ["client"] });
    const headers = { "x-remote-user": "ada", "x-remote-group": "dev", "x-remote-extra-acme.com%2fproject": "skiff" };
    const proxied = await whoAmI(server, headers, proxy);
    assert.deepEqual(proxied.body.status?.userInfo, {
      username: "ada",
      groups: ["dev", "system:authenticated"],
      extra: { "acme.com/project": ["skiff"] },
    });
    const stranger = await proxies.issue({ cn: "stranger", usages: ["client"] });
    assert.equal((await whoAmI(server, headers, stranger)).code, 403, "a name that is not allowed is anonymous");
    const user = await whoAmI(server, headers, await server.clientFor("eve"));
    assert.equal(user.body.status?.userInfo?.username, "eve", "a user cannot name another");
  });

  it("is known by a bootstrap token until it expires", async (t) => {
    const server = await startTestApiServer(t, { options: { authentication: { bootstrapTokens: true } } });
    const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
    const make = (id: string, expiration: string) => {
      const stringData = {
        "token-id": id,
        "token-secret": "0123456789abcdef",
        "usage-bootstrap-authentication": "true",
        "auth-extra-groups": "system:bootstrappers:workers",
        expiration,
      };
      const metadata = { name: `bootstrap-token-${id}` };
      const body = { apiVersion: "v1", kind: "Secret", metadata, type: "bootstrap.kubernetes.io/token", stringData };
      return admin.call({ verb: "create", resource: secrets, namespace: "kube-system", body });
    };
    await make("abcdef", "2100-01-01T00:00:00Z");
    await make("ghijkl", "2001-01-01T00:00:00Z");
    const { body } = await whoAmI(server, bearer("abcdef.0123456789abcdef"));
    assert.equal(body.status?.userInfo?.username, "system:bootstrap:abcdef");
    assert.deepEqual(body.status?.userInfo?.groups, [
      "system:bootstrappers",
      "system:bootstrappers:workers",
      "system:authenticated",
    ]);
    assert.equal((await whoAmI(server, bearer("abcdef.0123456789abcdee"))).code, 401);
    assert.equal((await whoAmI(server, bearer("ghijkl.0123456789abcdef"))).code, 401);
  });

  it("is known by the token of an issuer whose keys are found by discovery", async (t) => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const authority = await createAuthority({ cn: "issuer-ca" });
    const serving = await authority.issue({ cn: "issuer", sans: ["localhost"], usages: ["server"] });
    const issuer = createServer(serving, async (request, response) => {
      const jwk = { ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" };
      const discovery = { issuer: url, jwks_uri: `${url}/keys` };
      response.end(JSON.stringify(request.url === "/keys" ? { keys: [jwk] } : discovery));
    });
    await new Promise<void>((resolve) => issuer.listen(0, "localhost", resolve));
    t.after(() => issuer.close());
    const url = `https://localhost:${(issuer.address() as AddressInfo).port}`;
    const configurationFile = join(await temporary(t), "authentication.yaml");
    const configuration = {
      apiVersion: "apiserver.config.k8s.io/v1",
      kind: "AuthenticationConfiguration",
      jwt: [
        {
          issuer: { url, audiences: ["skiff"], certificateAuthority: authority.cert },
          claimMappings: { username: { claim: "sub", prefix: "oidc:" }, groups: { claim: "roles", prefix: "" } },
          claimValidationRules: [{ claim: "hd", requiredValue: "example.org" }],
        },
      ],
      anonymous: { enabled: true, conditions: [{ path: "/healthz" }] },
    };
    await writeFile(configurationFile, JSON.stringify(configuration));
    const server = await startTestApiServer(t, { options: { authentication: { configurationFile } } });
    const token = (claims: object, audience = "skiff") =>
      new SignJWT({ hd: "example.org", roles: ["dev"], ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "1" })
        .setIssuer(url)
        .setSubject("ada")
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(privateKey);
    const { body } = await whoAmI(server, bearer(await token({})));
    assert.deepEqual(body.status?.userInfo, { username: "oidc:ada", groups: ["dev", "system:authenticated"] });
    assert.equal((await whoAmI(server, bearer(await token({ hd: "elsewhere" })))).code, 401);
    assert.equal((await whoAmI(server, bearer(await token({}, "others")))).code, 401);
    assert.equal((await whoAmI(server, {})).code, 401, "anonymous requests reach /healthz alone");
  });
});

describe("service account tokens", () => {
  const issuer = "https://kubernetes.default.svc.cluster.local";
  const keyPair = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

  async function tokenOf(server: TestApiServer, spec: object = {}): Promise<string> {
    const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
    const at = { resource: serviceAccounts, namespace: "default" } as const;
    await admin
      .call({ verb: "create", ...at, body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "app" } } })
      .catch(() => undefined);
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
    const made = await admin.call({ verb: "create", ...at, name: "app", subresource: "token", body });
    return (made as { status: { token: string } }).status.token;
  }

  it("outlive the key they were signed with for as long as it is among those they are checked with", async (t) => {
    const [old, next] = [keyPair(), keyPair()];
    const path = join(await temporary(t), "state.db");
    const start = (serviceAccount: ServiceAccountOptions) =>
      startTestApiServer(t, { path, options: { serviceAccount } });
    const first = await start({ issuer, signingKey: old });
    const token = await tokenOf(first);
    assert.equal((await whoAmI(first, bearer(token))).code, 201);
    await first.api[Symbol.asyncDispose]();
    await first.store[Symbol.asyncDispose]();
    const second = await start({ issuer, signingKey: next, otherKeys: [old] });
    assert.equal((await whoAmI(second, bearer(token))).code, 201);
    assert.equal((await whoAmI(second, bearer(await tokenOf(second)))).code, 201);
    await second.api[Symbol.asyncDispose]();
    await second.store[Symbol.asyncDispose]();
    const third = await start({ issuer, signingKey: next });
    assert.equal((await whoAmI(third, bearer(token))).code, 401);
  });

  it("die with what they are bound to, and are for their audience only", async (t) => {
    const server = await startTestApiServer(t);
    const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
    const body = { apiVersion: "v1", kind: "Secret", metadata: { name: "bond" } };
    await admin.call({ verb: "create", resource: secrets, namespace: "default", body });
    const token = await tokenOf(server, { boundObjectRef: { apiVersion: "v1", kind: "Secret", name: "bond" } });
    assert.equal(
      (await whoAmI(server, bearer(token))).body.status?.userInfo?.username,
      "system:serviceaccount:default:app",
    );
    assert.equal((await whoAmI(server, bearer(await tokenOf(server, { audiences: ["vault"] })))).code, 401);
    await admin.call({ verb: "delete", resource: secrets, namespace: "default", name: "bond" });
    assert.equal((await whoAmI(server, bearer(token))).code, 401);
  });

  it("kept in Secrets are good while the Secret holds them", async (t) => {
    const server = await startTestApiServer(t);
    const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
    await tokenOf(server);
    const account = (await admin.call({
      verb: "get",
      resource: serviceAccounts,
      namespace: "default",
      name: "app",
    })) as {
      metadata: { name: string; uid: string };
    };
    const token = await server.api.issueLegacyToken(account.metadata, "default", "kept");
    assert.equal((await whoAmI(server, bearer(token))).code, 401);
    const body = { apiVersion: "v1", kind: "Secret", metadata: { name: "kept" }, stringData: { token } };
    await admin.call({ verb: "create", resource: secrets, namespace: "default", body });
    assert.equal((await whoAmI(server, bearer(token))).code, 201);
  });
});
