/** Failures of builds as BuildKit's clients show them: in BuildKit's words, and with the lines of the Dockerfile they come from. */
import { DockerfileError, DockerfileParseError, RunFailedError } from "@skiff/builder";
import { type ErrorDetail, GrpcError, grpcCode } from "./grpc-error.ts";

/** The Dockerfile that was built. */
export interface BuiltFile {
  readonly name: string;
  readonly text: string;
}

/** What the client is told of a failure. `file` is undefined where it came to no Dockerfile. */
export function buildFailure(error: unknown, file: BuiltFile | undefined): GrpcError {
  if (error instanceof GrpcError) return error;
  const line = error instanceof DockerfileError ? error.line : undefined;
  const details = line === undefined || file === undefined ? [] : [sourceDetail(file, line)];
  return new GrpcError(grpcCode.unknown, messageOf(error), { details, cause: error });
}

function messageOf(error: unknown): string {
  if (error instanceof RunFailedError)
    return `process ${JSON.stringify(error.command)} did not complete successfully: exit code: ${error.exitCode}`;
  if (error instanceof DockerfileParseError)
    return `dockerfile parse error${error.line === undefined ? "" : ` on line ${error.line}`}: ${error.reason}`;
  if (error instanceof DockerfileError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}

/** Says where in the file it is. An instruction that goes on over several lines is shown whole. */
function sourceDetail({ name, text }: BuiltFile, line: number): ErrorDetail {
  const lines = text.split("\n");
  let last = line;
  while (lines[last - 1]?.trimEnd().endsWith("\\") && last < lines.length) last++;
  const source = {
    info: { filename: name, data: Buffer.from(text).toString("base64"), language: "Dockerfile" },
    ranges: [{ start: { line }, end: { line: last } }],
  };
  // In spite of what protobuf's Any is for, this kind of message travels as JSON.
  return { typeUrl: "github.com/moby/buildkit/errdefs.Source+json", value: Buffer.from(JSON.stringify(source)) };
}
