import { spawn } from "node:child_process";

/** Runs one nft script as one transaction: all of it takes effect or none. Rejects with NftError. */
export type NftRunner = (script: string, signal?: AbortSignal) => Promise<string>;

/** What nft said when it refused a script, in `message`, cut to a readable length. */
export class NftError extends Error {
  override readonly name = "NftError";
}

const MAX_MESSAGE = 2_000;

/** A runner for the nft on this machine; `prefix` goes before it, such as `["ip", "netns", "exec", "x"]`. */
export function nftRunner(prefix: readonly string[] = []): NftRunner {
  return (script, signal) =>
    new Promise((resolve, reject) => {
      const [command = "nft", ...args] = [...prefix, "nft", "-f", "-"];
      const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], ...(signal ? { signal } : {}) });
      let output = "";
      let complaint = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        if (complaint.length < MAX_MESSAGE) complaint += text;
      });
      child.on("error", (cause) => {
        const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
        reject(
          missing
            ? new NftError(`Cannot run ${command}: install the nftables package`, { cause })
            : new NftError(`Cannot run ${command}: ${cause.message}`, { cause }),
        );
      });
      child.on("close", (code) => {
        if (code === 0) resolve(output);
        else reject(new NftError(`nft refused the rules: ${complaint.slice(0, MAX_MESSAGE).trim() || `exit ${code}`}`));
      });
      // nft may exit on a syntax error before it has read everything; the exit code tells the story then.
      child.stdin.on("error", () => {});
      child.stdin.end(script);
    });
}
