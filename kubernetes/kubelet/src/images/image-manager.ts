/** Has the image of a container on the machine, pulling it where its policy says so. */
import type { Container, Pod, Secret } from "@skiff/api/core/v1";
import type { AuthConfig, Image, ImageService, PodSandboxConfig } from "@skiff/engine/cri";
import { messageOf, StartError } from "../container/start-error.ts";
import { Backoff } from "../pods/backoff.ts";
import { credentialsFor } from "./credentials.ts";
import { Semaphore } from "./semaphore.ts";

const PARALLEL_PULLS = 4;
const REFERENCE =
  /^[a-z0-9]+(?:[._:-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/i;

export interface ImageEvents {
  event(type: "Normal" | "Warning", reason: string, message: string): void;
}

export interface EnsureImageRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly pullSecrets: () => Promise<readonly Secret[]>;
  readonly events: ImageEvents;
}

export class ImageManager {
  readonly #images: ImageService;
  readonly #now: () => number;
  readonly #backoff = new Backoff({ initialMs: 10_000, maxMs: 300_000 });
  readonly #lastError = new Map<string, string>();
  readonly #pulls = new Semaphore(PARALLEL_PULLS);

  constructor(o: { images: ImageService; now: () => number }) {
    this.#images = o.images;
    this.#now = o.now;
  }

  /** Until when the next pull of a Pod's image waits, after a failure. */
  retryAt(pod: Pod, image: string): number {
    return this.#backoff.until(keyOf(pod, image), this.#failedAt.get(keyOf(pod, image)) ?? 0);
  }

  readonly #failedAt = new Map<string, number>();

  /** Resolves with the image when it is there; rejects with a StartError. Events tell the story as upstream's do. */
  async ensure(request: EnsureImageRequest): Promise<Image> {
    const { pod, container, events } = request;
    const name = container.image ?? "";
    if (!REFERENCE.test(name)) {
      const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format`;
      events.event("Warning", "InspectFailed", message);
      throw new StartError("InvalidImageName", message);
    }
    const policy = container.imagePullPolicy ?? "IfNotPresent";
    const present = policy === "Always" ? undefined : await this.#find(name);
    if (present) {
      const message = `Container image "${name}" already present on machine and can be accessed by the pod`;
      events.event("Normal", "Pulled", message);
      return present;
    }
    if (policy === "Never") {
      const message = `Container image "${name}" is not present with pull policy of Never`;
      events.event("Warning", "ErrImageNeverPull", message);
      throw new StartError("ErrImageNeverPull", message);
    }
    return this.#pull(keyOf(pod, name), name, request);
  }

  async #pull(key: string, name: string, { pullSecrets, events }: EnsureImageRequest): Promise<Image> {
    if (this.#backoff.until(key, this.#failedAt.get(key) ?? 0) > this.#now()) {
      events.event("Normal", "BackOff", `Back-off pulling image "${name}"`);
      const cause = this.#lastError.get(key);
      throw new StartError(
        "ImagePullBackOff",
        `Back-off pulling image "${name}"${cause ? `: ErrImagePull: ${cause}` : ""}`,
      );
    }
    const asked = performance.now();
    events.event("Normal", "Pulling", `Pulling image "${name}"`);
    try {
      const auths = credentialsFor(name, await pullSecrets());
      let began = asked;
      const image = await this.#pulls.run(() => {
        began = performance.now();
        return this.#tryEach(name, auths);
      });
      const [took, whole] = [performance.now() - began, performance.now() - asked].map(duration);
      const story = `Successfully pulled image "${name}" in ${took} (${whole} including waiting). Image size: ${image.size} bytes.`;
      events.event("Normal", "Pulled", story);
      this.#backoff.forget(key);
      return image;
    } catch (error) {
      const message = messageOf(error);
      events.event("Warning", "Failed", `Failed to pull image "${name}": ${message}`);
      this.#lastError.set(key, message);
      this.#failedAt.set(key, this.#now());
      this.#backoff.next(key, this.#now());
      throw new StartError("ErrImagePull", message, { cause: error });
    }
  }

  async #tryEach(name: string, auths: readonly AuthConfig[]): Promise<Image> {
    const attempts: (AuthConfig | undefined)[] = auths.length > 0 ? [...auths] : [undefined];
    let failure: unknown;
    for (const auth of attempts) {
      try {
        return await this.#pullOnce(name, auth);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async #pullOnce(name: string, auth: AuthConfig | undefined): Promise<Image> {
    const sandboxConfig: PodSandboxConfig | undefined = undefined;
    const { imageRef } = await this.#images.pullImage({ image: { image: name }, auth, sandboxConfig });
    const image = (await this.#find(imageRef)) ?? (await this.#find(name));
    if (!image) throw new Error(`the runtime does not find ${imageRef}, which it just pulled`);
    return image;
  }

  async #find(name: string): Promise<Image | undefined> {
    return (await this.#images.imageStatus({ image: { image: name } })).image;
  }
}

function keyOf(pod: Pod, image: string): string {
  return `${pod.metadata.uid}/${image}`;
}

/** As Go prints durations: `350ms`, `1.204s`. */
function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${Number((ms / 1000).toFixed(3))}s`;
}
