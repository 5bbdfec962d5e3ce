import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from "node:http2";

export interface SessionOptions {
  readonly server: string;
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A connection this long without an answer to anything is asked whether it still lives, and given up if it is not. */
const PING_EVERY_MS = 30_000;
const PING_TIMEOUT_MS = 15_000;

/** One HTTP/2 connection to a server, opened when first needed and opened anew after it was lost. */
export class Http2Connection implements AsyncDisposable {
  readonly #options: SessionOptions;
  #session: Promise<ClientHttp2Session> | undefined;
  #disposed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Opens a stream. Rejects with the network's error when the server can't be reached. */
  async request(headers: OutgoingHttpHeaders, o: { readonly endStream: boolean }): Promise<ClientHttp2Stream> {
    if (this.#disposed) throw new Error(`Cannot send a request to ${this.#options.server}: the transport is closed`);
    this.#session ??= this.#open();
    const opening = this.#session;
    const session = await opening;
    if (!session.closed && !session.destroyed) return session.request(headers, o);
    // It ended between its last use and now, and its close event is still to come.
    if (this.#session === opening) this.#session = undefined;
    return await this.request(headers, o);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const session = await this.#session?.catch(() => undefined);
    session?.destroy(undefined, constants.NGHTTP2_CANCEL);
  }

  #open(): Promise<ClientHttp2Session> {
    const { server, ca, cert, key } = this.#options;
    const opening = new Promise<ClientHttp2Session>((resolve, reject) => {
      const session = connect(server, { ca, cert, key, settings: { enablePush: false, initialWindowSize: 1 << 20 } });
      const timer = setTimeout(
        () => session.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`)),
        CONNECT_TIMEOUT_MS,
      );
      session.once("connect", () => {
        clearTimeout(timer);
        session.setLocalWindowSize(8 << 20);
        this.#keepHonest(session);
        resolve(session);
      });
      session.once("error", (error) => {
        clearTimeout(timer);
        reject(new Error(`Cannot reach ${server}: ${error.message}`, { cause: error }));
      });
      const forget = () => {
        clearTimeout(timer);
        if (this.#session === opening) this.#session = undefined;
        reject(new Error(`Cannot reach ${server}: the connection closed while opening`));
      };
      session.once("close", forget);
      // The server finishes what runs, but takes nothing new here.
      session.once("goaway", forget);
    });
    return opening;
  }

  #keepHonest(session: ClientHttp2Session): void {
    const timer = setInterval(() => {
      // Its close event comes only once its last stream has ended.
      if (session.destroyed) return;
      const late = setTimeout(() => session.destroy(new Error("the server no longer answers pings")), PING_TIMEOUT_MS);
      late.unref();
      if (!session.ping(() => clearTimeout(late))) clearTimeout(late);
    }, PING_EVERY_MS);
    timer.unref();
    session.once("close", () => clearInterval(timer));
    session.on("error", () => session.destroy());
  }
}
