/** References of images, as far as a pull and a push need them. Pure. */

/** A reference in parts. */
export interface ImageReference {
  /** Where credentials are kept for: "docker.io" unless the reference names another. */
  readonly registry: string;
  /** As it was written, without tag and digest. */
  readonly name: string;
  /** "latest" unless given. With a digest, the digest. */
  readonly tag: string;
}

/** Splits `registry.example.org:5000/shop/web:1.2`. */
export function parseReference(text: string): ImageReference {
  const at = text.indexOf("@");
  const named = at < 0 ? text : text.slice(0, at);
  const slash = named.lastIndexOf("/");
  const colon = named.indexOf(":", slash + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const first = name.split("/", 1)[0] ?? "";
  const isRegistry = name.includes("/") && (/[.:]/.test(first) || first === "localhost");
  return {
    registry: isRegistry ? first : "docker.io",
    name,
    tag: at >= 0 ? text.slice(at + 1) : colon < 0 ? "latest" : named.slice(colon + 1),
  };
}
