/** Paths inside containers and volumes. */
import { type FieldError, invalid } from "../field-error.ts";

/** Refuses absolute paths and any `..` step. */
export function checkLocalDescendingPath(path: string, field: string, errors: FieldError[]): void {
  if (path.startsWith("/")) errors.push(invalid(field, path, "must be a relative path"));
  checkNoBacksteps(path, field, errors);
}

/** As `checkLocalDescendingPath`; the first step may not begin with two dots either, as those are the server's own. */
export function checkLocalFilePath(path: string, field: string, errors: FieldError[]): void {
  if (path.startsWith("/")) errors.push(invalid(field, path, "must be a relative path"));
  const backsteps = path.split("/").includes("..");
  if (backsteps) errors.push(invalid(field, path, "must not contain '..'"));
  else if (path.startsWith("..")) errors.push(invalid(field, path, "must not start with '..'"));
}

/** Refuses any `..` step. */
export function checkNoBacksteps(path: string, field: string, errors: FieldError[]): void {
  if (path.split("/").includes("..")) errors.push(invalid(field, path, "must not contain '..'"));
}

/** A file mode as a number. */
export function checkFileMode(mode: number | undefined, field: string, errors: FieldError[]): void {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  errors.push(invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive"));
}
