import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attemptProbe } from "./attempt.ts";

describe("attemptProbe()", () => {
  it("replaces the variables of the container's spec in a command, and lets $$ be one $", async () => {
    const commands: (readonly string[] | undefined)[] = [];
    const runtime = {
      execSync: async ({ cmd }: { readonly cmd?: readonly string[] | undefined }) => {
        commands.push(cmd);
        return { stdout: new Uint8Array(), stderr: new Uint8Array(), exitCode: 0 };
      },
    };
    const container = { name: "db", env: [{ name: "USER", value: "shop" }] };
    const command = ["sh", "-c", "check $(USER) $$(cat /token) $(OTHER)"];
    const target = { runtime, container, containerId: "c", podIP: "10.0.0.1" };
    const { ok } = await attemptProbe(target, { exec: { command } });
    assert.equal(ok, true);
    assert.deepEqual(commands, [["sh", "-c", "check shop $(cat /token) $(OTHER)"]]);
  });
});
