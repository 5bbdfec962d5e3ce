import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { removeLogin, serverKey, storeLogin } from "./stored-logins.ts";

let directory: string;
before(() => {
  directory = mkdtempSync(join(tmpdir(), "skiff-logins-"));
});
after(() => rmSync(directory, { recursive: true }));

const config = () => JSON.parse(readFileSync(join(directory, "config.json"), "utf8"));
const login = { username: "user", password: "word", identityToken: "" };

describe("stored logins", () => {
  it("are for their owner alone, and leave the rest of the configuration as it was", async () => {
    writeFileSync(
      join(directory, "config.json"),
      JSON.stringify({ detachKeys: "ctrl-a", auths: { other: { auth: "x" } } }),
    );
    assert.equal(await storeLogin(directory, "registry.example:5000", login), true);
    assert.deepEqual(config(), {
      detachKeys: "ctrl-a",
      auths: { other: { auth: "x" }, "registry.example:5000": { auth: Buffer.from("user:word").toString("base64") } },
    });
    assert.equal(statSync(join(directory, "config.json")).mode & 0o777, 0o600);
  });

  it("are forgotten one by one", async () => {
    await removeLogin(directory, "registry.example:5000");
    assert.deepEqual(config().auths, { other: { auth: "x" } });
  });

  it("keep an identity token rather than the password", async () => {
    await storeLogin(directory, "tokens.example", { ...login, identityToken: "token" });
    assert.deepEqual(config().auths["tokens.example"], {
      auth: Buffer.from("user:").toString("base64"),
      identitytoken: "token",
    });
  });
});

describe("serverKey()", () => {
  it("is Docker Hub's old address for Docker Hub, and the host for others", () => {
    assert.equal(serverKey(undefined), "https://index.docker.io/v1/");
    assert.equal(serverKey("docker.io"), "https://index.docker.io/v1/");
    assert.equal(serverKey("https://registry.example:5000/v2/"), "registry.example:5000");
  });
});
