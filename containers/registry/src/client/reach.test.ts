import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { digestOf } from "../digest.ts";
import { OCI_LAYER } from "../media-types.ts";
import { parseReference } from "../reference.ts";
import { startRegistryServer } from "../server/server.ts";
import { createRegistryClient } from "./client.ts";
import { dockerConfigCredentials } from "./credentials.ts";
import { endpointsOf } from "./endpoints.ts";
import { registriesFile } from "./registries-config.ts";

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "skiff-reach-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

async function startRegistry(t: TestContext): Promise<string> {
  const server = await startRegistryServer({ root: await directory(t) });
  t.after(() => server[Symbol.asyncDispose]());
  return `127.0.0.1:${server.port}`;
}

describe("endpointsOf()", () => {
  const config = {
    mirrors: { "docker.io": ["https://mirror.example"] },
    insecure: ["old.example:5000"],
    ca: { "own.example": "PEM" },
  };
  const cases = [
    {
      when: "a mirrored registry is read",
      registry: "docker.io",
      reading: true,
      is: ["https://mirror.example", "https://registry-1.docker.io"],
    },
    { when: "it is written to", registry: "docker.io", reading: false, is: ["https://registry-1.docker.io"] },
    { when: "it has no mirror", registry: "own.example", reading: true, is: ["https://own.example"] },
  ];
  for (const { when, registry, reading, is } of cases)
    it(`gives the right addresses when ${when}`, () => {
      const found = endpointsOf(registry, reading, config);
      assert.deepEqual(
        found.map(({ origin }) => origin),
        is,
      );
    });
  it("lets plain HTTP be spoken to loopback and to what is listed, and to nobody else", () => {
    const insecure = ["127.0.0.1:5000", "localhost", "old.example:5000", "own.example", "127.0.0.1.example"].map(
      (registry) => endpointsOf(registry, true, config)[0]?.insecure,
    );
    assert.deepEqual(insecure, [true, true, true, false, false]);
    assert.equal(endpointsOf("own.example", true, config)[0]?.ca, "PEM");
  });
});

describe("RegistryClient", () => {
  it("reads from a mirror, and from the registry itself where the mirror lacks the blob or is gone", async (t) => {
    const [mirror, own] = [await startRegistry(t), await startRegistry(t)];
    const client = createRegistryClient();
    const put = async (host: string, text: string) => {
      const descriptor = { mediaType: OCI_LAYER, digest: digestOf(text), size: text.length };
      await client.pushBlob(parseReference(`${host}/a`), descriptor, async function* () {
        yield Buffer.from(text);
      });
      return descriptor;
    };
    const there = await put(mirror, "mirrored");
    const here = await put(own, "own");
    const mirrors = { [own]: ["http://127.0.0.1:1", `http://${mirror}`] };
    const mirrored = createRegistryClient({ registries: async () => ({ mirrors }) });
    for (const descriptor of [there, here]) {
      let size = 0;
      for await (const chunk of mirrored.fetchBlob(parseReference(`${own}/a`), descriptor)) size += chunk.byteLength;
      assert.equal(size, descriptor.size);
    }
  });

  it("sends a large blob in chunks, and mounts it into another repository", async (t) => {
    const host = await startRegistry(t);
    const blob = Buffer.alloc(33 << 20, "large");
    const descriptor = { mediaType: OCI_LAYER, digest: digestOf(blob), size: blob.length };
    const open = async function* () {
      for (let at = 0; at < blob.length; at += 1 << 20) yield blob.subarray(at, at + (1 << 20));
    };
    const client = createRegistryClient();
    assert.equal(await client.pushBlob(parseReference(`${host}/a`), descriptor, open), "sent");
    const mountFrom = ["a"];
    assert.equal(await client.pushBlob(parseReference(`${host}/b`), descriptor, open, { mountFrom }), "mounted");
  });
});

describe("dockerConfigCredentials()", () => {
  it("asks the credential helper that the registry has", async (t) => {
    const home = await directory(t);
    const helper = join(home, "docker-credential-test");
    const answer = '{"ServerURL":"x","Username":"u","Secret":"s"}';
    await writeFile(helper, `#!/bin/sh\nread server\n[ "$server" = reg.example ] && echo '${answer}' && exit\n`);
    await writeFile(helper, "echo 'credentials not found in native keychain'; exit 1\n", { flag: "a" });
    await chmod(helper, 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${home}:${path}`;
    t.after(() => {
      process.env.PATH = path;
    });
    await writeFile(join(home, "config.json"), JSON.stringify({ credsStore: "test" }));
    const credentialsOf = dockerConfigCredentials(home);
    assert.deepEqual(await credentialsOf("reg.example"), { username: "u", password: "s" });
    assert.equal(await credentialsOf("other.example"), undefined);
  });
});

describe("registriesFile()", () => {
  it("says what is wrong with a file, and takes no file for an empty one", async (t) => {
    const home = await directory(t);
    const path = join(home, "registries.json");
    assert.deepEqual(await registriesFile(path)(), {});
    await writeFile(path, '{"mirrors": {"docker.io": ["ftp://x"]}}');
    await assert.rejects(registriesFile(path)(), /"mirrors" must give each registry a list of http or https URLs/);
    await writeFile(path, '{"insecur": []}');
    await assert.rejects(registriesFile(path)(), /unknown field "insecur"/);
  });
});
