/** What an API server does to objects: reading, defaulting, validating, patching, selecting by field, showing, documenting. */

export { checkTyped, typedErrorText } from "./apply/check-typed.ts";
export type { FieldSet } from "./apply/field-set.ts";
export { mergeApplied } from "./apply/merge.ts";
export type { MergeType } from "./apply/merge-type.ts";
export { type ApplyOptions, applyConfiguration } from "./apply/server-side-apply.ts";
export { mergeTypeOf } from "./apply/table-merge-type.ts";
export { type TrackOptions, trackUpdate } from "./apply/track-update.ts";
export type { ManagedObject, TrackedKind, VersionView } from "./apply/write-tracking.ts";
export { autoscalerToV1, autoscalerToV2 } from "./conversions/autoscaler.ts";
export { eventFromCore, eventToCore } from "./conversions/event.ts";
export * from "./decode/decode-body.ts";
export { type Decoded, decodeObject, type FieldValidation } from "./decode/decode-object.ts";
export { type ParsedJson, parseJson } from "./decode/json.ts";
export { jsonReason } from "./decode/json-reason.ts";
export { parseYaml, parseYamlDocuments } from "./decode/yaml.ts";
export * from "./fields.ts";
export type { ObjectType } from "./object-type.ts";
export { objectTypeOf } from "./object-types.ts";
export { customOpenApiV3, openApiV2With } from "./openapi/custom-documents.ts";
export {
  type OpenApiV3Document,
  openApiV2,
  openApiV2Protobuf,
  openApiV3,
  openApiV3Paths,
} from "./openapi/documents.ts";
export { encodeOpenApiV2 } from "./openapi/protobuf.ts";
export { decodePatched, invalidPatch } from "./patch/decode-patched.ts";
export { goText } from "./patch/go-text.ts";
export { jsonPatch } from "./patch/json-patch.ts";
export { mergePatch } from "./patch/merge-patch.ts";
export { strategicMergePatch } from "./patch/strategic-merge-patch.ts";
export * from "./protobuf/envelope.ts";
export { decodeProtobuf, encodeProtobuf, protobufType } from "./protobuf/protobuf-codec.ts";
export { kindRules } from "./rules/index.ts";
export { valueAt } from "./structural/value-at.ts";
export * from "./tables.ts";
export * from "./validation.ts";
