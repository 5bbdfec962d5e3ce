/** Go type expressions, resolved to the names of the generated table. */
import type { ApiPackage } from "./facts.ts";

/** A resolved type. `ref` names a table entry (`core/v1.PodSpec`), `builtin` a type with its own JSON form. */
export type TypeExpression =
  | { readonly form: "builtin"; readonly name: string }
  | { readonly form: "ref"; readonly package: string; readonly name: string }
  | { readonly form: "pointer" | "list" | "map"; readonly of: TypeExpression };

const BUILTINS: Readonly<Record<string, string>> = {
  string: "string",
  bool: "bool",
  int: "int32",
  int32: "int32",
  int64: "int64",
  float64: "float64",
  "interface{}": "any",
  "resource.Quantity": "quantity",
  "intstr.IntOrString": "intOrString",
  "runtime.RawExtension": "raw",
  "types.UID": "uid",
  "types.NodeName": "nodeName",
  "time.Duration": "goDuration",
};

/** Types declared in the facts whose JSON form is not that of their Go fields. */
const OPAQUE: Readonly<Record<string, string>> = {
  "meta/v1.Time": "time",
  "meta/v1.MicroTime": "microTime",
  "meta/v1.Duration": "duration",
  "meta/v1.FieldsV1": "fieldsV1",
  "apiextensions/v1.JSON": "json",
  "apiextensions/v1.CustomResourceSubresourceStatus": "raw",
};

/** Where a Go import alias leads; `v1` is ambiguous and is looked up by what declares the name. */
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  metav1: ["meta/v1"],
  corev1: ["core/v1"],
  apiv1: ["core/v1"],
  authenticationv1: ["authentication/v1"],
  authorizationv1: ["authorization/v1"],
  batchv1: ["batch/v1"],
  v1: ["core/v1", "meta/v1"],
};

/** Resolves Go type expressions of any package against what all packages declare. */
export class TypeResolver {
  readonly #declared = new Map<string, ApiPackage>();

  constructor(packages: readonly ApiPackage[]) {
    for (const pkg of packages) {
      for (const name of [...Object.keys(pkg.types), ...Object.keys(pkg.aliases)]) {
        this.#declared.set(`${pkg.name}.${name}`, pkg);
      }
    }
  }

  /** Parses `go` as written inside `pkg`, following aliases of lists and maps. Throws on an unknown name. */
  resolve(go: string, pkg: ApiPackage): TypeExpression {
    if (go.startsWith("*")) return { form: "pointer", of: this.resolve(go.slice(1), pkg) };
    if (go === "[]byte") return { form: "builtin", name: "bytes" };
    if (go.startsWith("[]")) return { form: "list", of: this.resolve(go.slice(2), pkg) };
    const map = /^map\[[^\]]+\](.+)$/.exec(go);
    if (map) return { form: "map", of: this.resolve(map[1] ?? "", pkg) };
    const builtin = BUILTINS[go];
    if (builtin) return { form: "builtin", name: builtin };
    return this.#named(go, pkg);
  }

  #named(go: string, pkg: ApiPackage): TypeExpression {
    const [prefix = "", name = go] = go.includes(".") ? go.split(".") : ["", go];
    const homes = prefix === "" ? [pkg.name] : [...(IMPORTS[prefix] ?? []), `${pkg.name.split("/")[0]}/${prefix}`];
    for (const home of homes) {
      const key = `${home}.${name}`;
      const opaque = OPAQUE[key];
      if (opaque) return { form: "builtin", name: opaque };
      const declaring = this.#declared.get(key);
      if (!declaring) continue;
      const alias = declaring.aliases[name];
      if (alias === undefined || alias === "string") return { form: "ref", package: home, name };
      return this.resolve(alias.replace(/^= /, ""), declaring);
    }
    throw new Error(`cannot resolve type: ${go} in ${pkg.name}`);
  }
}

/** The compact form of a type inside the table entry of a type of `home`: `*PodSpec`, `[]string`, `{}core/v1.X`. */
export function compactType(type: TypeExpression, home: string): string {
  switch (type.form) {
    case "builtin":
      return type.name;
    case "ref":
      return type.package === home ? type.name : `${type.package}.${type.name}`;
    case "pointer":
      return `*${compactType(type.of, home)}`;
    case "list":
      return `[]${compactType(type.of, home)}`;
    case "map":
      return `{}${compactType(type.of, home)}`;
  }
}
