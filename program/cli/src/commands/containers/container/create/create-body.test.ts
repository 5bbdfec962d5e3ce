import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFlags } from "../../../../docker-client/parse-flags.ts";
import { attachedStreams, createBody } from "./create-body.ts";
import { createAliases, createFlags, createShort } from "./create-flags.ts";

async function body(args: readonly string[]): Promise<unknown> {
  const table = { usage: "skiff create", flags: createFlags, short: createShort, aliases: createAliases };
  const flags = parseFlags([...args, "image", "cmd"], table);
  const [image = "", ...command] = flags.operands;
  return JSON.parse(JSON.stringify(await createBody(flags, image, command, attachedStreams(flags))));
}

/** The value at a path of the body, as `HostConfig.Memory`. */
function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}

const table: readonly { readonly args: string; readonly path: string; readonly want: unknown }[] = [
  { args: "", path: "Cmd", want: ["cmd"] },
  { args: "", path: "AttachStdout", want: true },
  { args: "-it", path: "StdinOnce", want: true },
  { args: "-a stdout", path: "AttachStderr", want: false },
  { args: "-e A=1 -e NOT_SET_ANYWHERE", path: "Env", want: ["A=1", "NOT_SET_ANYWHERE"] },
  { args: "--label a=b --label c", path: "Labels", want: { a: "b", c: "" } },
  { args: "--entrypoint=", path: "Entrypoint", want: [""] },
  { args: "-v /a:/b:ro -v named:/c -v /anonymous", path: "HostConfig.Binds", want: ["/a:/b:ro", "named:/c"] },
  { args: "-v /a:/b:ro -v /anonymous", path: "Volumes", want: { "/anonymous": {} } },
  {
    args: "--mount type=volume,src=v,dst=/x,volume-nocopy,volume-label=a=b,readonly",
    path: "HostConfig.Mounts",
    want: [
      {
        Type: "volume",
        Source: "v",
        Target: "/x",
        VolumeOptions: { NoCopy: true, Labels: { a: "b" } },
        ReadOnly: true,
      },
    ],
  },
  {
    args: "--mount type=tmpfs,dst=/x,tmpfs-size=1m,tmpfs-mode=1770",
    path: "HostConfig.Mounts",
    want: [{ Type: "tmpfs", Target: "/x", TmpfsOptions: { SizeBytes: 2 ** 20, Mode: 0o1770 } }],
  },
  {
    args: "-p 80 -p 127.0.0.1:81:81/udp -p 90-91:70-71 -p [::1]:99:99",
    path: "HostConfig.PortBindings",
    want: {
      "80/tcp": [{ HostIp: "", HostPort: "" }],
      "81/udp": [{ HostIp: "127.0.0.1", HostPort: "81" }],
      "70/tcp": [{ HostIp: "", HostPort: "90" }],
      "71/tcp": [{ HostIp: "", HostPort: "91" }],
      "99/tcp": [{ HostIp: "::1", HostPort: "99" }],
    },
  },
  {
    args: "-p 5000-5010:80",
    path: "HostConfig.PortBindings",
    want: { "80/tcp": [{ HostIp: "", HostPort: "5000-5010" }] },
  },
  { args: "--expose 70-71/udp", path: "ExposedPorts", want: { "70/udp": {}, "71/udp": {} } },
  { args: "--net n --network-alias a --ip 10.0.0.9", path: "HostConfig.NetworkMode", want: "n" },
  {
    args: "--network n --network-alias a --ip 10.0.0.9",
    path: "NetworkingConfig.EndpointsConfig",
    want: { n: { Aliases: ["a"], IPAMConfig: { IPv4Address: "10.0.0.9" } } },
  },
  {
    args: "--network name=n,alias=a,driver-opt=k=v --network m",
    path: "NetworkingConfig.EndpointsConfig",
    want: { n: { Aliases: ["a"], DriverOpts: { k: "v" } }, m: {} },
  },
  { args: "-m 1.5g --memory-swap -1", path: "HostConfig.Memory", want: 1.5 * 2 ** 30 },
  { args: "-m 1g --memory-swap -1", path: "HostConfig.MemorySwap", want: -1 },
  { args: "--cpus .5", path: "HostConfig.NanoCpus", want: 5e8 },
  {
    args: "--ulimit nofile=1:2 --ulimit core=0",
    path: "HostConfig.Ulimits",
    want: [
      { Name: "nofile", Hard: 2, Soft: 1 },
      { Name: "core", Hard: 0, Soft: 0 },
    ],
  },
  {
    args: "--device /dev/zero:/dev/z:r --device /dev/null",
    path: "HostConfig.Devices",
    want: [
      { PathOnHost: "/dev/zero", PathInContainer: "/dev/z", CgroupPermissions: "r" },
      { PathOnHost: "/dev/null", PathInContainer: "/dev/null", CgroupPermissions: "rwm" },
    ],
  },
  {
    args: "--device-read-bps /dev/sda:1m",
    path: "HostConfig.BlkioDeviceReadBps",
    want: [{ Path: "/dev/sda", Rate: 2 ** 20 }],
  },
  { args: "--cap-add net_admin --cap-drop all --cap-drop NET_ADMIN", path: "HostConfig.CapDrop", want: ["ALL"] },
  { args: "--security-opt systempaths=unconfined", path: "HostConfig.MaskedPaths", want: [] },
  {
    args: "--health-cmd true --health-interval 1m30s",
    path: "Healthcheck",
    want: { Test: ["CMD-SHELL", "true"], Interval: 90e9 },
  },
  { args: "--no-healthcheck", path: "Healthcheck", want: { Test: ["NONE"] } },
  {
    args: "--restart on-failure:3",
    path: "HostConfig.RestartPolicy",
    want: { Name: "on-failure", MaximumRetryCount: 3 },
  },
  { args: "--add-host a=::1", path: "HostConfig.ExtraHosts", want: ["a:::1"] },
  { args: "--gpus all", path: "HostConfig.DeviceRequests", want: [{ Count: -1, Capabilities: [["gpu"]] }] },
];

describe("createBody()", () => {
  for (const { args, path, want } of table) {
    it(`says ${path} for "${args}"`, async () =>
      assert.deepEqual(at(await body(args === "" ? [] : args.split(" ")), path), want));
  }

  const mistakes = [
    { args: "-m x", want: `invalid argument "x" for "-m, --memory" flag: invalid size: 'x'` },
    { args: "--cpus x", want: `invalid argument "x" for "--cpus" flag: failed to parse x as a rational number` },
    {
      args: "--health-interval 5",
      want: `invalid argument "5" for "--health-interval" flag: time: missing unit in duration "5"`,
    },
    { args: "--ulimit x=1", want: `invalid argument "x=1" for "--ulimit" flag: invalid ulimit type: x` },
    { args: "-e =x", want: `invalid argument "=x" for "-e, --env" flag: invalid environment variable: =x` },
    { args: "-a x", want: `invalid argument "x" for "-a, --attach" flag: valid streams are STDIN, STDOUT and STDERR` },
    { args: "--mount x", want: `invalid argument "x" for "--mount" flag: invalid field 'x' must be a key=value pair` },
    { args: "--mount type=bind,dst=/x,volume-nocopy", want: /cannot mix 'volume-\*' options with mount type 'bind'/ },
    { args: "--sysctl x", want: `invalid argument "x" for "--sysctl" flag: sysctl 'x' is not allowed` },
    { args: "-p 80:http", want: "invalid containerPort: http" },
    { args: "-p 80:80:80:80", want: /invalid/ },
    { args: "--rm --restart always", want: "conflicting options: cannot specify both --restart and --rm" },
    { args: "--restart no:x", want: "invalid restart policy format: maximum retry count must be an integer" },
    { args: "--no-healthcheck --health-cmd true", want: "--no-healthcheck conflicts with --health-* options" },
    {
      args: "--network host --network-alias x",
      want: "network-scoped aliases are only supported for user-defined networks",
    },
    { args: "--env-file /no/such/file", want: "open /no/such/file: no such file or directory" },
    { args: "--pid nonsense", want: "--pid: invalid PID mode" },
    { args: "--device /dev/a:/b:x", want: "invalid device mode: x" },
  ];
  for (const { args, want } of mistakes) {
    it(`refuses ${args}`, () =>
      assert.rejects(body(args.split(" ")), (error: Error) =>
        typeof want === "string" ? error.message === want : want.test(error.message),
      ));
  }
});
