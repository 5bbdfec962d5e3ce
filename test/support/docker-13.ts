/** dockerd and the docker CLI of Debian 13, run beside Debian 12's runc, iptables and tini: the peer of the docker CLI's transcripts. */
import { join } from "node:path";
import { type DockerOptions, type DockerPeer, startDocker } from "../../bench/docker-peer.ts";
import { trixiePackage } from "./trixie.ts";

/** Path of Debian 13's docker CLI, of the version that the transcripts were recorded with. */
export async function docker13Cli(): Promise<string> {
  return join(await trixiePackage("docker-cli"), "usr/bin/docker");
}

/** Starts Debian 13's dockerd and containerd as `startDocker` starts Debian 12's. */
export async function startDocker13(options: Omit<DockerOptions, "enter"> = {}): Promise<DockerPeer> {
  const packages = [await trixiePackage("docker.io"), await trixiePackage("containerd")];
  const path = packages.flatMap((directory) => [join(directory, "usr/bin"), join(directory, "usr/sbin")]).join(":");
  return await startDocker({ ...options, enter: ["sh", "-c", 'PATH="$0:$PATH" exec "$@"', path] });
}
