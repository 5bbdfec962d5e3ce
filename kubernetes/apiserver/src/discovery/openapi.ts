/** The OpenAPI documents of what a server serves just now: those of the table, and what custom resources add to them. */
import type { ResourceInfo } from "@skiff/api";
import {
  customOpenApiV3,
  encodeOpenApiV2,
  type OpenApiV3Document,
  openApiV2,
  openApiV2Protobuf,
  openApiV2With,
  openApiV3,
  openApiV3Paths,
} from "@skiff/api/server";
import type { ServedResources } from "../state/served-resources.ts";

/** The documents, made when they are asked for and kept until what is served changes. */
export class OpenApiDocuments {
  readonly #served: ServedResources;
  #generation = -1;
  #custom: readonly ResourceInfo[] = [];
  #v2: Buffer | undefined;
  #v2Protobuf: Buffer | undefined;
  /** By `group/version`; kept while its resources stay the same ones. */
  #v3 = new Map<string, { readonly infos: readonly ResourceInfo[]; document?: OpenApiV3Document }>();

  constructor(served: ServedResources) {
    this.#served = served;
  }

  #refresh(): void {
    if (this.#generation === this.#served.generation) return;
    this.#generation = this.#served.generation;
    this.#custom = this.#served.all().filter(({ objectType }) => objectType);
    this.#v2 = undefined;
    this.#v2Protobuf = undefined;
    const before = this.#v3;
    const byVersion = Map.groupBy(this.#custom, ({ group, version }) => `apis/${group}/${version}`);
    this.#v3 = new Map();
    for (const [path, infos] of byVersion) {
      const known = before.get(path);
      const same = known?.infos.length === infos.length && known.infos.every((info, index) => info === infos[index]);
      this.#v3.set(path, same && known ? known : { infos });
    }
  }

  /** OpenAPI v2, as JSON. */
  v2(): Buffer {
    this.#refresh();
    if (this.#custom.length === 0) return openApiV2();
    this.#v2 ??= openApiV2With(this.#custom);
    return this.#v2;
  }

  /** OpenAPI v2, in protobuf. */
  v2Protobuf(): Buffer {
    this.#refresh();
    if (this.#custom.length === 0) return openApiV2Protobuf();
    this.#v2Protobuf ??= encodeOpenApiV2(JSON.parse(this.v2().toString()));
    return this.#v2Protobuf;
  }

  /** The paths that have an OpenAPI v3 document, each with its URL. */
  paths(): Readonly<Record<string, { readonly serverRelativeURL: string }>> {
    this.#refresh();
    const custom = Array.from(this.#v3.keys(), (path) => {
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.v3(path)?.hash ?? ""}` }] as const;
    });
    return { ...openApiV3Paths(), ...Object.fromEntries(custom) };
  }

  /** The OpenAPI v3 document of a path such as `apis/apps/v1`. */
  v3(path: string): OpenApiV3Document | undefined {
    this.#refresh();
    const known = this.#v3.get(path);
    if (!known) return openApiV3(path);
    known.document ??= customOpenApiV3(known.infos);
    return known.document;
  }
}
