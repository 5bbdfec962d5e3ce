/** Image references as Docker shows them. */
import { familiarReference, parseReference, RegistryError } from "@skiff/registry";

/**
 * `busybox:latest` for `docker.io/library/busybox:latest`; "short" leaves out a tag that was not written. Ids, and what is no
 * reference, stay as they are.
 */
export function displayName(text: string, form: "full" | "short" = "full"): string {
  if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(text)) return text;
  try {
    const familiar = familiarReference(parseReference(text));
    return form === "short" && familiar === `${text}:latest` ? text : familiar;
  } catch (error) {
    if (error instanceof RegistryError) return text;
    throw error;
  }
}
