import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode, encode } from "./codec.ts";

describe("encode()", () => {
  for (const { when, name, message, bytes } of [
    {
      when: "leaves out what proto3 reads from nothing",
      name: "ExecRequest",
      message: { cmd: [], tty: false },
      bytes: "",
    },
    {
      when: "keeps an empty message, which means something",
      name: "RunPodSandboxRequest",
      message: { config: {} },
      bytes: "0a00",
    },
    {
      when: "writes a negative number in ten bytes",
      name: "LinuxContainerResources",
      message: { cpuQuota: -1 },
      bytes: "10ffffffffffffffffff01",
    },
    { when: "packs lists of numbers", name: "PortForwardRequest", message: { port: [80, 443] }, bytes: "120350bb03" },
    {
      when: "writes a map as entries, an enumeration as its number",
      name: "PodSandboxFilter",
      message: { state: { state: "SANDBOX_NOTREADY" }, labelSelector: { a: "b" } },
      bytes: "120208011a060a0161120162",
    },
  ]) {
    it(when, () => assert.equal(encode(name, message).toString("hex"), bytes));
  }

  it("names the field whose value no enumeration has", () => {
    assert.throws(() => encode("PodSandboxStateValue", { state: "READY" }), {
      message: "Cannot encode PodSandboxStateValue.state: no value of PodSandboxState: READY",
    });
  });
});

describe("decode()", () => {
  it("gives back what was encoded", () => {
    const status = {
      id: "c",
      metadata: { name: "main", attempt: 3 },
      state: "CONTAINER_EXITED",
      createdAt: 1_795_348_800_123_000_000,
      startedAt: 0,
      finishedAt: -1,
      exitCode: -1,
      imageRef: "",
      reason: "",
      message: "é",
      labels: { ["__proto__"]: "kept", a: "" },
      annotations: {},
      mounts: [{ containerPath: "/a", readonly: true, propagation: "PROPAGATION_PRIVATE" }],
      logPath: "",
      imageId: "",
      stopSignal: "SIGTERM",
    };
    const decoded = decode("ContainerStatus", encode("ContainerStatus", status)) as typeof status;
    assert.deepEqual(decoded, { ...status, labels: decoded.labels });
    assert.deepEqual(Object.entries(decoded.labels), [
      ["__proto__", "kept"],
      ["a", ""],
    ]);
    const bytes = { stdout: Buffer.from([0, 255]), stderr: Buffer.alloc(0), exitCode: 1 };
    const output = decode("ExecSyncResponse", encode("ExecSyncResponse", bytes)) as typeof bytes;
    assert.deepEqual([[...output.stdout], [...output.stderr], output.exitCode], [[0, 255], [], 1]);
  });

  it("fills in answers, and of requests only what has no word for nothing", () => {
    assert.deepEqual(decode("ListImagesResponse", Buffer.alloc(0)), { images: [] });
    assert.deepEqual(decode("ExecRequest", Buffer.alloc(0)), {});
    assert.deepEqual(decode("NamespaceOption", Buffer.alloc(0)), { network: "POD", pid: "POD", ipc: "POD" });
  });

  it("reads lists of numbers packed and one by one, and skips fields it does not know", () => {
    const oneByOne = Buffer.from("105010bb03", "hex");
    assert.deepEqual(decode("PortForwardRequest", oneByOne), { port: [80, 443] });
    const unknown = Buffer.from("f83f01fa3f0161f93f0000000000000000fd3f00000000", "hex");
    assert.deepEqual(decode("PortForwardRequest", unknown), {});
  });

  for (const { when, name, hex } of [
    { when: "a field beyond the end", name: "VersionRequest", hex: "0a05" },
    { when: "a length beyond any buffer", name: "VersionRequest", hex: "0affffffffffffffffff01" },
    { when: "a number without an end", name: "ExecSyncRequest", hex: "18ffffffffffffffffffff" },
    { when: "a number cut short", name: "ExecSyncRequest", hex: "18ff" },
    { when: "a field that ends outside its message", name: "RunPodSandboxRequest", hex: "0a020a0461626364" },
    { when: "an unknown wire type", name: "ExecSyncRequest", hex: "fb3f" },
    { when: "an enumeration's unknown value", name: "PodSandboxStateValue", hex: "0809" },
  ]) {
    it(`refuses ${when}`, () => assert.throws(() => decode(name, Buffer.from(hex, "hex")), RangeError));
  }
});
