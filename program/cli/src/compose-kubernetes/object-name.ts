/**
 * A name of Compose as the name of a Kubernetes object: lower-case letters, digits and dashes, at most 63, a letter first (RFC 1035,
 * which Services ask for). Throws where nothing of the name is left.
 */
export function objectName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "");
  const made = (/^[0-9]/.test(plain) ? `s-${plain}` : plain).slice(0, 63).replace(/-$/, "");
  if (made === "")
    throw new Error(`"${name}" cannot be the name of a Kubernetes object: it has neither a letter nor a digit`);
  return made;
}

/** The value of a label: the name itself where Kubernetes takes it, else its object name. */
export function labelValue(name: string): string {
  return /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(name) ? name : objectName(name);
}
