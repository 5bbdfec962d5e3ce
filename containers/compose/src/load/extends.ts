/** `extends`: a service that begins as another one, of the same file or of another. */
import { dirname, resolve } from "node:path";
import { displayName, type FileScope, interpolated, readDocuments, readingOf } from "./file-session.ts";
import { attribute, type Entry, type Mapping, type Node, textOf, withEntries } from "./node.ts";
import { quoted } from "./quoted.ts";
import { absolute, isRemoteContext } from "./shapes/paths.ts";
import { file, readFile } from "./shapes/project-shape.ts";
import { service as serviceShape } from "./shapes/service-shape.ts";
import { merged } from "./shapes/shape.ts";
import { failAt } from "./source.ts";
import { suggestion } from "./suggestion.ts";

/** Gives `model` with every service complete. Throws `ComposeFileError` for cycles and for services that are not there. */
export async function applyExtends(model: Node, scope: FileScope): Promise<Node> {
  const services = attribute(model, "services");
  if (model.kind !== "map" || services?.kind !== "map") return model;
  const extender = new Extender(scope);
  const entries = new Map<string, Entry>();
  for (const [name, { key, value }] of services.entries) {
    entries.set(name, {
      key,
      value: await extender.complete(name, value, { services, scope, path: services.at.source.path }, []),
    });
  }
  const value = withEntries(services, entries);
  return withEntries(model, new Map([...model.entries, ["services", { key: services.at, value }]]));
}

/** A file whose services may be extended. */
interface Home {
  readonly services: Mapping;
  readonly scope: FileScope;
  readonly path: string;
}

/** Services that extend one another. */
const LONGEST_CHAIN = 100;

/** A service that waits for what it extends. */
interface Step {
  readonly service: string;
  readonly file: string;
}

class Extender {
  readonly #scope: FileScope;
  readonly #homes = new Map<string, Promise<Home>>();

  constructor(scope: FileScope) {
    this.#scope = scope;
  }

  /** `chain` are the services that wait for this one, outermost first. */
  async complete(name: string, service: Node, home: Home, chain: readonly Step[]): Promise<Node> {
    const reference = attribute(service, "extends");
    if (service.kind !== "map" || reference === undefined || reference.tag === "reset") return service;
    const path = `services.${name}.extends`;
    const ref = textOf(reference, "service");
    if (ref === undefined) return failAt(reference.at, path, "needs the name of a service");
    const step: Step = { service: name, file: displayName(this.#scope.session, home.path) };
    const before = chain.findIndex(({ service: other, file }) => other === step.service && file === step.file);
    if (before >= 0) return failAt(reference.at, path, `is a circle: ${describe([...chain.slice(before), step])}`);
    if (chain.length > LONGEST_CHAIN)
      return failAt(reference.at, path, `more than ${LONGEST_CHAIN} services extend one another`);
    const file = attribute(reference, "file");
    const written = textOf(reference, "file");
    const from = file === undefined || written === undefined ? home : await this.#home(written, file, path, home);
    const base = from.services.entries.get(ref)?.value;
    if (base === undefined) {
      const where = displayName(this.#scope.session, from.path);
      return failAt(
        reference.at,
        path,
        `there is no service ${quoted(ref)} in ${where}${suggestion(ref, from.services.entries.keys())}`,
      );
    }
    const complete = await this.complete(ref, base, from, [...chain, step]);
    const own = withEntries(service, new Map([...service.entries].filter(([attribute]) => attribute !== "extends")));
    return merged(serviceShape, complete, own, `services.${name}`);
  }

  #home(written: string, at: Node, path: string, home: Home): Promise<Home> {
    if (isRemoteContext(written))
      return failAt(at.at, `${path}.file`, "files at an address cannot be extended: only files here");
    const target = absolute(written, { ...readingOf(home.scope, false), resolvePaths: true });
    let found = this.#homes.get(target);
    if (found === undefined) {
      found = this.#load(target, at, path, home.scope);
      this.#homes.set(target, found);
    }
    return found;
  }

  async #load(target: string, at: Node, path: string, scope: FileScope): Promise<Home> {
    const inner: FileScope = { ...scope, baseDirectory: dirname(resolve(target)), resolvePaths: true };
    let model: Node | undefined;
    for (const document of await readDocuments(scope.session, target, { at: at.at, path: `${path}.file` })) {
      model = merged(file, model, readFile(interpolated(document, inner), readingOf(inner, model !== undefined)), "");
    }
    const services = attribute(model, "services");
    if (services?.kind !== "map")
      return failAt(at.at, `${path}.file`, `there are no services in ${displayName(scope.session, target)}`);
    return { services, scope: inner, path: target };
  }
}

function describe(circle: readonly Step[]): string {
  const isOneFile = circle.every(({ file }) => file === circle[0]?.file);
  return circle.map(({ service, file }) => (isOneFile ? service : `${service} in ${file}`)).join(" extends ");
}
