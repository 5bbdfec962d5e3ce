/** `skiff version`: the versions of the command and of the engine. */
import { arch } from "node:os";
import { compileTemplate } from "../../../docker-client/go-template/execute.ts";
import { VERSION } from "../../../version.ts";
import { withDefaults } from "../inspect-zeroes.ts";
import { messageOf, VerbFailure, verb } from "../verb.ts";

interface ServerVersion {
  readonly Platform?: { readonly Name: string };
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion: string;
  readonly Os: string;
  readonly Arch: string;
}

const API_VERSION = "1.51";
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64" };

export const run = verb(
  {
    usage: "skiff version [OPTIONS]",
    about: "Shows the versions of the command and of the engine",
    operands: { min: 0, max: 0 },
    flags: { format: "value" },
    short: { f: "format" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const own = {
      Version: VERSION,
      ApiVersion: API_VERSION,
      DefaultAPIVersion: API_VERSION,
      Os: "linux",
      Arch: ARCHITECTURES[arch()] ?? arch(),
      Context: "default",
    };
    const format = flags.value("format");
    const print = format === undefined || format === "" ? undefined : compile(format);
    let server: ServerVersion | undefined;
    let failure = "";
    try {
      server = await client.json<ServerVersion>("/version");
    } catch (error) {
      failure = messageOf(error);
    }
    const text = print
      ? print({ Client: own, Server: server === undefined ? null : withDefaults(server, { Experimental: false }) })
      : describe(own, server);
    process.stdout.write(`${text}\n`);
    if (server === undefined) throw new VerbFailure(failure);
    return 0;
  },
);

function compile(format: string): (data: object) => string {
  try {
    const print = compileTemplate(format === "json" ? "{{json .}}" : format);
    return (data) => {
      try {
        return print(data);
      } catch (error) {
        throw new VerbFailure((error as Error).message);
      }
    };
  } catch (error) {
    throw new VerbFailure(`template parsing error: ${(error as Error).message}`, 64);
  }
}

function describe(
  own: Readonly<Record<"Version" | "ApiVersion" | "Os" | "Arch" | "Context", string>>,
  server: ServerVersion | undefined,
): string {
  const rows = (rows: readonly (readonly [string, string])[], indent: number) =>
    rows.map(([name, value]) => `${" ".repeat(indent)}${`${name}:`.padEnd(20 - indent)}${value}\n`).join("");
  const client = rows(
    [
      ["Version", own.Version],
      ["API version", own.ApiVersion],
      ["OS/Arch", `${own.Os}/${own.Arch}`],
      ["Context", own.Context],
    ],
    1,
  );
  if (server === undefined) return `Client:\n${client}`.trimEnd();
  const engine = rows(
    [
      ["Version", server.Version],
      ["API version", `${server.ApiVersion} (minimum version ${server.MinAPIVersion})`],
      ["OS/Arch", `${server.Os}/${server.Arch}`],
    ],
    2,
  );
  return `Client:\n${client}\nServer: ${server.Platform?.Name ?? "Skiff"}\n Engine:\n${engine}`.trimEnd();
}
