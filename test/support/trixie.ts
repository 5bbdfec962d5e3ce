/** Programs of Debian 13, unpacked into `.cache` without being installed: real clients newer than the machine's own Debian has. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CACHE = new URL("../../.cache/trixie/", import.meta.url).pathname;
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * The directory that holds the files of a package of Debian 13's `main`, as they lie below `/` where it is installed
 * (`usr/libexec/docker/cli-plugins/docker-compose`): fetched once, then kept. What the package depends on is not fetched.
 * apt checks the signatures with the keys of the machine's `debian-archive-keyring`, and leaves the machine's own
 * lists and sources alone. Test files that need the same package at a time wait for each other.
 */
export async function trixiePackage(name: string): Promise<string> {
  const unpacked = join(CACHE, name);
  if (existsSync(unpacked)) return unpacked;
  await mkdir(join(CACHE, ".apt/lists/partial"), { recursive: true });
  const work = await mkdtemp(join(CACHE, ".fetch-"));
  try {
    await fetchAndUnpack(name, work);
    await rename(join(work, "root"), unpacked).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error; // another test file was faster
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return unpacked;
}

async function fetchAndUnpack(name: string, work: string): Promise<void> {
  const apt = join(CACHE, ".apt");
  await writeFile(join(work, "sources.list"), `deb [signed-by=${KEYRING}] ${await mirror()} trixie main\n`);
  await writeFile(
    join(work, "apt.conf"),
    `Dir::Etc { sourcelist "${work}/sources.list"; sourceparts "-"; };
Dir::State { lists "${apt}/lists"; status "/dev/null"; };
Dir::Cache "${work}";
Acquire::Languages "none";
APT::Sandbox::User "root";
`,
  );
  const script = 'apt-get update && apt-get download "$1" && dpkg -x "$1"_*.deb root';
  const env = { ...process.env, APT_CONFIG: join(work, "apt.conf") };
  await run("flock", [join(apt, "lock"), "sh", "-ec", script, "sh", name], { cwd: work, env, timeout: 180_000 });
}

/** The Debian mirror that this machine's packages come from. */
async function mirror(): Promise<string> {
  const policy = await run("apt-cache", ["policy", "libc6"]);
  return /https?:\S+\/debian(?=\/?\s)/.exec(policy.stdout)?.[0] ?? "http://deb.debian.org/debian";
}
