/** `application/vnd.kubernetes.protobuf`: objects of the types in the table, to bytes and back. */
import { findType } from "../schema/type-info.ts";
import { structDecoders } from "./struct-decoder.ts";
import { type FindType, structEncoders } from "./struct-encoder.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

/** Turns objects into messages and messages into the JSON values `decodeObject` checks, by the name of their type. */
export interface ProtobufCodec {
  /** The message of an object, without an envelope: what it is belongs to the envelope, not to the message. */
  encode(object: object, typeName: string): Buffer;
  /** The object of a message, with every field that was written, zero or not. Throws SyntaxError. */
  decode(message: Uint8Array, typeName: string): Record<string, unknown>;
}

/** A codec for the types `find` knows. */
export function createProtobufCodec(find: FindType): ProtobufCodec {
  const encoderOf = structEncoders(find);
  const decoderOf = structDecoders(find);
  const writer = new WireWriter();
  return {
    encode(object, typeName) {
      try {
        encoderOf(typeName)(writer, object as Record<string, unknown>);
        return writer.take();
      } finally {
        writer.clear();
      }
    },
    decode: (message, typeName) => decoderOf(typeName)(new WireReader(message), {}),
  };
}

const codec = createProtobufCodec(findType);

/** The message of an object of the type `typeName` (`core/v1.Pod`). */
export const encodeProtobuf: ProtobufCodec["encode"] = codec.encode;

/** The JSON value of a message of the type `typeName`. Unknown fields are skipped, as protobuf has it. Throws SyntaxError. */
export const decodeProtobuf: ProtobufCodec["decode"] = codec.decode;

/** The type of an object with this kind and apiVersion, if it is in the table: what has no type has no protobuf form. */
export function protobufType(apiVersion: string, kind: string): string | undefined {
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  // Others may have groups whose first label is one of ours.
  if (group.includes(".") && !group.endsWith(".k8s.io")) return undefined;
  const name = `${group === "meta.k8s.io" ? "meta" : group.split(".")[0]}/${version}.${kind}`;
  // What all groups share is of the core group's version, or of the group's that it is about.
  for (const candidate of [name, `meta/v1.${kind}`]) {
    const info = findType(candidate);
    // A struct without a field number, such as a table, has no message.
    if (info?.form === "struct") {
      return info.fields.values().some(({ proto }) => proto > 0) && !NO_MESSAGE.has(candidate) ? candidate : undefined;
    }
  }
  return undefined;
}

/** Types whose only field numbers are those of what they embed. */
const NO_MESSAGE: ReadonlySet<string> = new Set(["meta/v1.Table"]);
