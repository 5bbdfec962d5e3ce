import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOCALNET_MARKER } from "./base-rules.ts";
import { NftError } from "./nft.ts";
import { removeProxyRules, tablesThatSwitchedLocalnet } from "./remove-proxy-rules.ts";

/** An nft that knows some tables and which of them bear the marker. */
function nftWith(tables: Record<string, boolean>) {
  const scripts: string[] = [];
  const run = async (script: string): Promise<string> => {
    scripts.push(script);
    if (script.startsWith("list tables"))
      return Object.keys(tables)
        .map((name) => `table ip ${name}\n`)
        .join("");
    const [, table = ""] = new RegExp(`^list chain ip (\\S+) ${LOCALNET_MARKER}`).exec(script) ?? [];
    if (table && !tables[table]) throw new NftError("no such chain");
    return "";
  };
  return { run, scripts };
}

describe("tablesThatSwitchedLocalnet()", () => {
  it("names the tables that bear the marker, and asks about no oddly named one", async () => {
    const { run, scripts } = nftWith({ "skiff-a-proxy": true, filter: false, "x;y": true });
    assert.deepEqual(await tablesThatSwitchedLocalnet(run), ["skiff-a-proxy"]);
    assert.ok(!scripts.some((script) => script.includes("x;y")));
  });
});

describe("removeProxyRules()", () => {
  it("removes the table whether or not it is there, and nothing else", async () => {
    const { run, scripts } = nftWith({ "skiff-a-proxy": true, "skiff-b-proxy": true });
    await removeProxyRules("skiff-a-proxy", run);
    assert.equal(scripts.at(-1), "add table ip skiff-a-proxy\ndelete table ip skiff-a-proxy\n");
  });
});
