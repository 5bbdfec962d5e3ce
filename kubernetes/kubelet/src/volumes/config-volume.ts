/** Volumes that show API objects as files: configMap, secret, downwardAPI and projected. */
import type { Volume, VolumeProjection } from "@skiff/api/core/v1";
import type { ConfigSource } from "../container/env.ts";
import type { PodFacts } from "../spec/pod-fields.ts";
import type { ConfigKind } from "./config-store.ts";
import {
  checkedPath,
  configMapPayload,
  downwardPayload,
  type Payload,
  type Selected,
  secretPayload,
} from "./payload.ts";
import type { TokenStore } from "./token-store.ts";

const DEFAULT_MODE = 0o644;

export interface ConfigVolumeDeps {
  readonly source: ConfigSource;
  readonly tokens: Pick<TokenStore, "get">;
}

export interface BuiltPayload {
  readonly payload: Payload;
  /** When it has to be built again although nothing changed: a token is due. Milliseconds since the epoch. */
  readonly renewAt?: number | undefined;
}

/** The sources of a configuration volume, or undefined for a volume of another kind. */
export function projections(volume: Volume): readonly VolumeProjection[] | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return [{ configMap }];
  if (secret) return [{ secret: { name: secret.secretName, items: secret.items, optional: secret.optional } }];
  if (downwardAPI) return [{ downwardAPI: { items: downwardAPI.items } }];
  return projected && (projected.sources ?? []);
}

/** The objects whose change changes the volume. */
export function dependencies(volume: Volume): { kind: ConfigKind; name: string }[] {
  return (projections(volume) ?? []).flatMap(({ configMap, secret }) => [
    ...(configMap?.name ? [{ kind: "ConfigMap" as const, name: configMap.name }] : []),
    ...(secret?.name ? [{ kind: "Secret" as const, name: secret.name }] : []),
  ]);
}

/** The files the volume is to show now. Rejects, naming it, when an object that is not optional is missing. */
export async function buildPayload(volume: Volume, facts: PodFacts, deps: ConfigVolumeDeps): Promise<BuiltPayload> {
  const { configMap, secret, downwardAPI, projected } = volume;
  const mode = (configMap ?? secret ?? downwardAPI ?? projected)?.defaultMode ?? DEFAULT_MODE;
  const payload = new Map<string, { data: Uint8Array; mode: number }>();
  let renewAt: number | undefined;
  for (const source of projections(volume) ?? []) {
    const built = await fromSource(source, facts, deps, mode);
    for (const [path, file] of built.payload) payload.set(path, file);
    if (built.renewAt !== undefined) renewAt = Math.min(renewAt ?? built.renewAt, built.renewAt);
  }
  return { payload, renewAt };
}

async function fromSource(
  source: VolumeProjection,
  facts: PodFacts,
  { source: config, tokens }: ConfigVolumeDeps,
  mode: number,
): Promise<BuiltPayload> {
  const namespace = facts.pod.metadata.namespace ?? "";
  if (source.configMap) {
    const map = await config.configMap(namespace, source.configMap.name ?? "");
    requireFound(map, "configmap", source.configMap.name, source.configMap);
    return { payload: configMapPayload(map, source.configMap, mode) };
  }
  if (source.secret) {
    const secret = await config.secret(namespace, source.secret.name ?? "");
    requireFound(secret, "secret", source.secret.name, source.secret);
    return { payload: secretPayload(secret, source.secret, mode) };
  }
  if (source.downwardAPI) return { payload: downwardPayload(source.downwardAPI.items ?? [], facts, mode) };
  if (source.serviceAccountToken) {
    const { token, renewAt } = await tokens.get(facts.pod, source.serviceAccountToken);
    // With a group to read it nobody else needs to.
    const fileMode = facts.pod.spec.securityContext?.fsGroup === undefined ? mode : 0o600;
    const file = { data: Buffer.from(token), mode: fileMode };
    return { payload: new Map([[checkedPath(source.serviceAccountToken.path), file]]), renewAt };
  }
  throw new Error(`projected source ${Object.keys(source).join()} is not supported by this node`);
}

function requireFound(
  object: object | undefined,
  kind: string,
  name: string | undefined,
  { optional }: Selected,
): void {
  if (!object && !optional) throw new Error(`${kind} "${name}" not found`);
}
