/** An answer other than success; `message` is the body, in plain text as upstream's kubelet answers. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "HttpError";
    this.status = status;
  }
}
