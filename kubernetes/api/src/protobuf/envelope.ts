/** The envelope around a message: a magic number and a runtime.Unknown that says which kind is inside. Watch events and lists are made of ready messages. */
import { WireReader } from "./wire-reader.ts";
import { VARINT, WireWriter } from "./wire-writer.ts";

/** What every body begins with. */
const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);

/** A body opened: which kind its sender says it is, and the message inside. */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly message: Uint8Array;
}

const writer = new WireWriter();

/** The body of an object: its message under what it is. */
export function sealProtobuf(apiVersion: string, kind: string, message: Uint8Array): Buffer {
  writer.close(4, writer.length); // contentType
  writer.close(3, writer.length); // contentEncoding
  const raw = writer.length;
  writer.bytes(message);
  writer.close(2, raw);
  const typeMeta = writer.length;
  writer.text(kind);
  writer.close(2, typeMeta);
  const version = writer.length;
  writer.text(apiVersion);
  writer.close(1, version);
  writer.close(1, typeMeta);
  writer.bytes(MAGIC);
  return writer.take();
}

/** Opens the envelope around an object. Throws SyntaxError where there is none. */
export function openProtobuf(body: Uint8Array): ProtobufEnvelope {
  if (!MAGIC.every((byte, i) => body[i] === byte)) {
    throw new SyntaxError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  let apiVersion = "";
  let kind = "";
  let message: Uint8Array = new Uint8Array();
  const unknown = new WireReader(body, MAGIC.length);
  while (unknown.next()) {
    if (unknown.field === 2) message = unknown.bytes();
    else if (unknown.field !== 1) unknown.skip();
    else {
      const meta = unknown.message();
      while (meta.next()) {
        if (meta.field === 1) apiVersion = meta.text();
        else if (meta.field === 2) kind = meta.text();
        else meta.skip();
      }
    }
  }
  return { apiVersion, kind, message };
}

/** What a list's message says of the list. */
export interface ProtobufListMeta {
  readonly resourceVersion: string;
  readonly continue?: string | undefined;
  readonly remainingItemCount?: number | undefined;
}

/** The message of a list of any kind, from its items' messages. */
export function protobufList(meta: ProtobufListMeta, items: readonly Uint8Array[]): Buffer {
  for (let i = items.length - 1; i >= 0; i--) {
    const start = writer.length;
    const item = items[i];
    if (item) writer.bytes(item);
    writer.close(2, start);
  }
  const start = writer.length;
  if (meta.remainingItemCount !== undefined) {
    writer.varint(meta.remainingItemCount);
    writer.tag(4, VARINT);
  }
  textField(3, meta.continue ?? "");
  textField(2, meta.resourceVersion);
  textField(1, ""); // selfLink
  writer.close(1, start);
  return writer.take();
}

/** One event of a watch, as it stands in the stream: its length, then a metav1.WatchEvent around a body. */
export function protobufWatchFrame(type: string, body: Uint8Array): Buffer {
  const object = writer.length;
  writer.bytes(body);
  writer.close(1, object);
  writer.close(2, object);
  textField(1, type);
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(writer.length);
  writer.bytes(length);
  return writer.take();
}

function textField(field: number, text: string): void {
  const start = writer.length;
  writer.text(text);
  writer.close(field, start);
}
