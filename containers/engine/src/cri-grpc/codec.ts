/** The CRI's messages as protobuf and back. */
import { enums, messages } from "../generated/cri-wire.ts";
import { createCodec } from "../protobuf/codec.ts";

/** Reads and writes the CRI's messages by the generated tables; see `Codec`. */
export const { encode, decode } = createCodec({ enums, messages });
