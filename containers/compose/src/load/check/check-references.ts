/** References of services to networks, volumes, configs, secrets and models. */
import { attribute, type Mapping, type Node, textOf } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { suggestion } from "../suggestion.ts";

/** Throws `ComposeFileError` at the first reference to what the project does not define. */
export function checkReferences(model: Mapping, services: Mapping): void {
  const known = (section: string): ReadonlySet<string> => {
    const found = attribute(model, section);
    return new Set(found?.kind === "map" ? found.entries.keys() : []);
  };
  const sections = {
    network: known("networks").union(new Set(["default"])),
    volume: known("volumes"),
    secret: known("secrets"),
    config: known("configs"),
    model: known("models"),
  };
  const expect = (kind: keyof typeof sections, name: string, at: Node["at"], path: string): void => {
    if (sections[kind].has(name)) return;
    failAt(at, path, `refers to undefined ${kind} ${quoted(name)}${suggestion(name, sections[kind])}`);
  };
  for (const [name, { value: service }] of services.entries) {
    const path = `services.${name}`;
    for (const kind of ["network", "model"] as const) {
      const attached = attribute(service, `${kind}s`);
      if (attached?.kind !== "map") continue;
      for (const [other, { key }] of attached.entries) expect(kind, other, key, `${path}.${kind}s`);
    }
    for (const [index, mount] of items(attribute(service, "volumes"))) {
      const source = attribute(mount, "source");
      const written = textOf(mount, "source");
      if (textOf(mount, "type") === "volume" && source !== undefined && written) {
        expect("volume", written, source.at, `${path}.volumes[${index}]`);
      }
    }
    for (const kind of ["secret", "config"] as const) {
      for (const [index, file] of items(attribute(service, `${kind}s`)))
        expect(kind, textOf(file, "source") ?? "", file.at, `${path}.${kind}s[${index}]`);
    }
    for (const [index, file] of items(attribute(attribute(service, "build"), "secrets"))) {
      expect("secret", textOf(file, "source") ?? "", file.at, `${path}.build.secrets[${index}]`);
    }
  }
}

/** The items of a list that are not taken away by a tag, numbered. */
function items(node: Node | undefined): readonly (readonly [number, Node])[] {
  return node?.kind === "list" ? [...node.items.entries()].filter(([, item]) => item.tag !== "reset") : [];
}
