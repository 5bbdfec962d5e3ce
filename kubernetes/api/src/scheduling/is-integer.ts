/** Whether a label's or taint's value is a whole number: only those are greater or less than others. */
export function isInteger(value: string | undefined): value is string {
  return value !== undefined && /^-?\d{1,19}$/.test(value);
}
