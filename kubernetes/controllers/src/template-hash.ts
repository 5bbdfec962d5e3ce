import type { PodTemplateSpec } from "@skiff/api/core/v1";
import { canonicalJson } from "./canonical-json.ts";

/** Without vowels and look-alikes, so that no word comes out by accident. */
const SAFE = "bcdfghjklmnpqrstvwxz2456789";

/** A short name for a value, fit for labels and object names; `collisions` gives another one for the same value. */
export function hashOf(value: object, collisions = 0): string {
  const text = collisions ? `${canonicalJson(value)}${collisions}` : canonicalJson(value);
  return safeEncode(String(fnv32a(Buffer.from(text))));
}

/** The value of the label `pod-template-hash` for `template`. */
export function templateHash(template: PodTemplateSpec, collisions = 0): string {
  return hashOf(template, collisions);
}

/** FNV-1a, 32 bit. */
export function fnv32a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function safeEncode(text: string): string {
  return [...text].map((character) => SAFE[character.charCodeAt(0) % SAFE.length]).join("");
}
