/** Files of a projected volume that take the place of a token's. */
import type { PodSpec } from "@skiff/api/core/v1";

/** Warns of projected files at the path of a service account's token in any volume of the Pod. */
export function warnOfProjectedPaths(spec: PodSpec, path: string, warnings: string[]): void {
  const sources = (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  const tokens = new Set(sources.flatMap(({ serviceAccountToken }) => serviceAccountToken?.path ?? []));
  if (tokens.size === 0) return;
  spec.volumes?.forEach(({ projected }, index) => {
    const at = `${path}.volumes[${index}].projected.sources`;
    const warn = (file: string | undefined, field: string) => {
      if (file === undefined || !tokens.has(file)) return;
      warnings.push(`${at}.${field}: has duplicated path with ServiceAccountToken ${JSON.stringify(file)}`);
    };
    for (const { configMap, secret, downwardAPI, clusterTrustBundle } of projected?.sources ?? []) {
      for (const [item, file] of (configMap?.items ?? []).entries()) warn(file.path, `configMap[${item}]`);
      for (const [item, file] of (secret?.items ?? []).entries()) warn(file.path, `secrets[${item}]`);
      for (const [item, file] of (downwardAPI?.items ?? []).entries()) warn(file.path, `downwardAPI[${item}]`);
      warn(clusterTrustBundle?.path, "ClusterTrustBundle");
    }
  });
}
