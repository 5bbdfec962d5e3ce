/** What types are called in OpenAPI documents: `io.k8s.api.core.v1.Pod`. */

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

const HOMES: Readonly<Record<string, string>> = {
  meta: "io.k8s.apimachinery.pkg.apis.meta",
  apiextensions: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
  apiregistration: "io.k8s.kube-aggregator.pkg.apis.apiregistration",
};

/** Builtin types that documents define by name. */
export const BUILTIN_NAMES: Readonly<Record<string, string>> = {
  quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
  intOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  raw: "io.k8s.apimachinery.pkg.runtime.RawExtension",
  time: `${META}.Time`,
  microTime: `${META}.MicroTime`,
  duration: `${META}.Duration`,
  fieldsV1: `${META}.FieldsV1`,
};

/** The document name of a table type (`core/v1.Pod`). */
export function definitionName(typeName: string): string {
  const [home = "", version = "", name = ""] = typeName.split(/[/.]/);
  return `${HOMES[home] ?? `io.k8s.api.${home}`}.${version}.${name}`;
}
