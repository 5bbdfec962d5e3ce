/** The shape of the API facts file: what each Go package of the Kubernetes API declares. */

/** One field of a Go struct, as its tags and markers describe it. */
export interface FieldFacts {
  readonly name?: string;
  readonly inline?: boolean;
  readonly type: string;
  readonly optional?: boolean;
  readonly required?: boolean;
  readonly proto?: number;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly listType?: string;
  readonly listMapKeys?: readonly string[];
  readonly mapType?: string;
  readonly structType?: string;
  readonly default?: string;
}

/** What the facts say of one top-level kind. */
export interface KindFacts {
  readonly client?: boolean;
  readonly clusterScoped?: boolean;
}

/** One Go package: a group and a version. */
export interface PackageFacts {
  readonly group: string;
  readonly version: string;
  readonly kinds: Readonly<Record<string, KindFacts>>;
  readonly types: Readonly<Record<string, { readonly fields: readonly FieldFacts[] }>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly stringValues?: Readonly<Record<string, readonly string[]>>;
  readonly closedEnums?: readonly string[];
}

/** A package with the name the project gives it, for example `core/v1`. */
export interface ApiPackage extends PackageFacts {
  readonly name: string;
  readonly goPath: string;
}

/** Names the packages worth generating: released versions only unless `all` is set. */
export function selectPackages(facts: Readonly<Record<string, PackageFacts>>, all: boolean): ApiPackage[] {
  return Object.entries(facts)
    .filter(([, facts]) => all || !/alpha|beta/.test(facts.version))
    .map(([path, facts]) => ({ ...facts, name: path.split("/").slice(-2).join("/"), goPath: `k8s.io/${path}` }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
