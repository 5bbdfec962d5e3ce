/** The door `@skiff/engine/protobuf`: protobuf driven by tables. */
export { type Codec, type CodecTables, createCodec } from "./codec.ts";
export type { EnumTable, FieldEntry, MessageTable, MethodTable } from "./wire-tables.ts";
