/** What the transcripts of the docker CLI take for granted: an image, a directory with a context, nothing else. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Answer, play, type Step } from "./transcript.ts";

/** An engine to play transcripts on. */
export interface DockerWorld extends Disposable {
  /** Plays one transcript; afterwards the engine is as it was. */
  play(steps: readonly Step[]): Promise<Answer[]>;
}

/** Every transcript ends with this. */
const CLEAN = `docker ps -aq | xargs -r docker rm -fv
docker volume ls -q | xargs -r docker volume rm
docker network prune -f
docker images --format '{{.Repository}}:{{.Tag}}' | grep -v none | xargs -r docker rmi -f
docker image prune -f`;

/** Prepares the engine that answers at `host`: every transcript begins with an image `busybox` made of the machine's. `cli` is the docker program. */
export function dockerWorld(host: string, cli: string): DockerWorld {
  const home = mkdtempSync(join(tmpdir(), "skiff-docker-cli-"));
  const env = {
    DOCKER_HOST: host,
    DOCKER_BUILDKIT: "0",
    HOME: home,
    PATH: `${dirname(cli)}${delimiter}${process.env.PATH}`,
    TZ: "UTC",
  };
  const root = join(home, "root");
  mkdirSync(join(root, "bin"), { recursive: true });
  for (const directory of ["dev", "etc", "home", "proc", "root", "sys", "tmp", "var"]) mkdirSync(join(root, directory));
  execFileSync("sh", ["-c", `cp "$(command -v busybox)" ${root}/bin/busybox && chmod 1777 ${root}/tmp`]);
  const applets = execFileSync("busybox", ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets) if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33:www:/var:/bin/false\n");
  writeFileSync(join(root, "etc/group"), "root:x:0:\nwww:x:33:\nextra:x:44:www\n");
  const changes = `-c 'CMD ["sh"]' -c 'ENV PATH=/bin:/sbin:/usr/bin:/usr/sbin:/usr/local/bin'`;
  execFileSync("tar", ["-C", root, "-cf", join(home, "root.tar"), "."]);
  rmSync(root, { recursive: true });
  return {
    async play(steps) {
      const cwd = mkdtempSync(join(home, "in-"));
      execFileSync("sh", ["-c", `docker import ${changes} - busybox < ${join(home, "root.tar")}`], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "ignore", "inherit"],
      });
      try {
        return await play(steps, { cwd, env });
      } finally {
        execFileSync("sh", ["-c", CLEAN], { env: { ...process.env, ...env }, stdio: "ignore" });
      }
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}
