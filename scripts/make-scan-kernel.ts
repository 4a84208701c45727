// scan-kernel.wat → scan-kernel.wasm, the inner loops of searching large libraries. Committed, so that nobody needs the compiler to run rememe.
import { readFileSync, writeFileSync } from "node:fs";
import wabt from "wabt";

const SOURCE = new URL("../daemon/store/scan-kernel.wat", import.meta.url);
export const KERNEL = new URL("../daemon/store/scan-kernel.wasm", import.meta.url);

export async function compileKernel(): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const features = { simd: true, relaxed_simd: true, threads: true };
  const module = parseWat("scan-kernel.wat", readFileSync(SOURCE, "utf8"), features);
  // Takes the features as well, which its types do not know.
  (module as { validate(options: typeof features): void }).validate(features);
  return module.toBinary({}).buffer;
}

if (import.meta.main) writeFileSync(KERNEL, await compileKernel());
