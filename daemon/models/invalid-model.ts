// The error for a model whose files are at fault.
import { AppError } from "../errors.ts";

const HINT = "The model's files are incomplete or do not fit together. Install them again, or set `model` to `auto`.";

export function invalidModel(
  message: string,
  { hint = HINT, cause }: { hint?: string; cause?: unknown } = {},
): AppError {
  return new AppError("model-invalid", message, { hint, cause });
}
