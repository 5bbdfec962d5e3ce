/** The Kubernetes API as data: what is served, how objects are read, checked, patched, selected and shown. */

export * from "./decode/decode-body.ts";
export { type Decoded, decodeObject, type FieldValidation } from "./decode/decode-object.ts";
export { type ParsedJson, parseJson } from "./decode/json.ts";
export { parseYaml, parseYamlDocuments } from "./decode/yaml.ts";
export * from "./errors.ts";
export * from "./fields.ts";
export { quote } from "./go-format.ts";
export * from "./labels.ts";
export type { Logger } from "./logger.ts";
export * from "./meta.ts";
export * from "./names.ts";
export * from "./openapi/documents.ts";
export { decodePatched } from "./patch/decode-patched.ts";
export { jsonPatch } from "./patch/json-patch.ts";
export { mergePatch } from "./patch/merge-patch.ts";
export { strategicMergePatch } from "./patch/strategic-merge-patch.ts";
export * from "./protobuf/decode-protobuf.ts";
export * from "./quantity.ts";
export * from "./resource-info.ts";
export { findKind, findResource, resources } from "./resources.ts";
export * from "./rules/field-error.ts";
export { kindRules } from "./rules/index.ts";
export * from "./rules/kind-rules.ts";
export * from "./tables.ts";
export type * from "./transport.ts";
export * from "./validation.ts";
