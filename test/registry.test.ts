/** Images come from a registry, with and without a login. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import {
  createRegistryClient,
  digestOf,
  parseReference,
  type RegistryServer,
  startRegistryServer,
} from "@skiff/registry";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";

const USER = "crew";
const PASSWORD = "a password";

let cluster: Cluster;
let home: string;
let registry: RegistryServer;
let door: Server;
/** `host:port` of the registry that asks for a login. */
let guarded: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-registry-"));
  registry = await startRegistryServer({ root: join(home, "content") });
  door = askForLogin(registry.port);
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  assert.ok(address && typeof address === "object");
  guarded = `127.0.0.1:${address.port}`;
  await pushImage(`127.0.0.1:${registry.port}/team/app:1`);
  cluster = await startCluster("t-registry");
});

after(async () => {
  await cluster?.[Symbol.asyncDispose]();
  door.closeAllConnections();
  door.close();
  await registry[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

/** A registry's front door: basic authentication, then everything goes to the registry on `port`. */
function askForLogin(port: number): Server {
  const expected = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
  return createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== expected) {
      outgoing.writeHead(401, { "www-authenticate": 'Basic realm="crew only"' }).end();
      return;
    }
    const { method, url: path, headers } = incoming;
    const onward = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
}

/** Makes an image of busybox that says where it is from, and pushes it. */
async function pushImage(name: string): Promise<void> {
  const root = join(home, "root");
  execFileSync("sh", ["-c", `mkdir -p ${root}/bin && cp "$(command -v busybox)" ${root}/bin/sh`]);
  const tar = execFileSync("tar", ["-c", "-C", root, "."], { maxBuffer: 64 << 20 });
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === "arm64" ? "arm64" : "amd64",
      os: "linux",
      config: { Cmd: ["/bin/sh", "-c", "echo from a registry"] },
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
    }),
  );
  const describe = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.byteLength,
  });
  const manifest = {
    schemaVersion: 2 as const,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: describe("application/vnd.oci.image.config.v1+json", config),
    layers: [describe("application/vnd.oci.image.layer.v1.tar+gzip", layer)],
  };
  const client = createRegistryClient();
  const reference = parseReference(name);
  for (const [descriptor, bytes] of [
    [manifest.config, config],
    [manifest.layers[0], layer],
  ] as const) {
    assert.ok(descriptor);
    await client.pushBlob(reference, descriptor, async function* () {
      yield bytes;
    });
  }
  await client.pushManifest(reference, manifest, Buffer.from(JSON.stringify(manifest)));
}

const podOf = (name: string, image: string, spec: object = {}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { restartPolicy: "Never", containers: [{ name, image }], ...spec },
  });

describe("an image in a registry", () => {
  it("is pulled by skiff and by a Pod", async () => {
    const image = `127.0.0.1:${registry.port}/team/app:1`;
    const pulled = await cluster.skiff(["pull", image]);
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.equal((await cluster.skiff(["run", "--rm", image])).stdout, "from a registry\n");
    await cluster.apply(podOf("open", image));
    await cluster.ok("wait --for=jsonpath={.status.phase}=Succeeded pod/open --timeout=60s");
    assert.equal(await cluster.ok("logs open"), "from a registry\n");
  });

  it("behind a login is refused to who has none, in words", async () => {
    const image = `${guarded}/team/app:1`;
    assert.equal((await cluster.skiff(["pull", image])).code, 1);
    await cluster.apply(podOf("refused", image));
    await eventually(async () => assert.match(await cluster.ok("get pod refused"), /ErrImagePull|ImagePullBackOff/));
    assert.match(
      await cluster.ok("events --for pod/refused"),
      /Failed to pull image .* denied: it does not exist or may require a login/,
    );
  });

  it("behind a login is pulled by a Pod with an imagePullSecret", async () => {
    await cluster.ok([
      "create",
      "secret",
      "docker-registry",
      "login",
      `--docker-server=${guarded}`,
      `--docker-username=${USER}`,
      `--docker-password=${PASSWORD}`,
    ]);
    await cluster.apply(podOf("allowed", `${guarded}/team/app:1`, { imagePullSecrets: [{ name: "login" }] }));
    await cluster.ok("wait --for=jsonpath={.status.phase}=Succeeded pod/allowed --timeout=60s");
    assert.equal(await cluster.ok("logs allowed"), "from a registry\n");
  });
});
