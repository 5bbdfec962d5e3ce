/** One Swagger document of several servers' ones. */
import { isDeepStrictEqual } from "node:util";
import type { OpenApiV2 } from "./remote-documents.ts";

const REFERENCE = "#/definitions/";

/**
 * `local` with the paths below `root` of `remote`, and the definitions these use. A definition whose name is taken by a
 * different one gets another name, as do the references to it.
 */
export function mergeOpenApiV2(local: OpenApiV2, remote: OpenApiV2, root: string): OpenApiV2 {
  const taken = local.definitions ?? {};
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(remote.definitions ?? {})) {
    if (!Object.hasOwn(taken, name) || isDeepStrictEqual(taken[name], definition)) continue;
    let suffix = 2;
    while (Object.hasOwn(taken, `${name}_v${suffix}`)) suffix++;
    names.set(name, `${name}_v${suffix}`);
  }
  const paths = Object.entries(remote.paths ?? {}).filter(([path]) => path === root || path.startsWith(`${root}/`));
  const renamed = paths.map(([path, value]) => [path, withReferences(value, names)] as const);
  const definitions = Object.entries(remote.definitions ?? {}).map(
    ([name, value]) => [names.get(name) ?? name, withReferences(value, names)] as const,
  );
  return {
    ...local,
    paths: { ...local.paths, ...Object.fromEntries(renamed) },
    definitions: { ...Object.fromEntries(definitions), ...taken },
  };
}

function withReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (names.size === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withReferences(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== "$ref" || typeof inner !== "string") return [key, withReferences(inner, names)];
      const name = inner.slice(REFERENCE.length);
      return [key, REFERENCE + (names.get(name) ?? name)];
    }),
  );
}
