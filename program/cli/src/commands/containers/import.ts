/** `skiff import`: images out of files: archives of `docker save`, OCI layouts in a tar, or the tar of a root file system. */
import { createReadStream } from "node:fs";
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { connect } from "./connect.ts";
import { isImageArchive } from "./is-image-archive.ts";

const TABLE: FlagTable = {
  usage: "skiff import [OPTIONS] FILE|- [NAME[:TAG]]",
  flags: { rootfs: "switch", message: "value", help: "switch" },
  short: { m: "message" },
  interspersed: true,
};

/** Runs the command; gives the exit code. What is no image archive is a root file system, and then a name is required; standard input is one with `--rootfs`. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  const [file, name] = flags.operands;
  if (file === undefined) throw new Error(`a file is required, or - for standard input\n\nUsage: ${TABLE.usage}`);
  const headers = { "content-type": "application/x-tar" };
  const client = connect();
  const isRootfs = flags.has("rootfs") || (file !== "-" && !(await isImageArchive(file)));
  if (isRootfs && name === undefined)
    throw new Error("this is no image archive, and a root file system has no name of its own: NAME is required");
  const body = file === "-" ? process.stdin : createReadStream(file);
  const answer = isRootfs
    ? client.messages("/images/create", {
        method: "POST",
        query: { fromSrc: "-", repo: name, message: flags.value("message") },
        headers,
        body,
      })
    : client.messages("/images/load", { method: "POST", query: { name }, headers, body });
  for await (const message of answer) {
    if (typeof message.error === "string") throw new Error(message.error);
    process.stdout.write(typeof message.stream === "string" ? message.stream : `${String(message.status ?? "")}\n`);
  }
  return 0;
}
