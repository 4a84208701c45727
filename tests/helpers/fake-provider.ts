// Loaded into the daemon's children (`node --import`): CoreML as TEST_COREML says, made of the CPU. Everything but the provider is real.
import { registerHooks } from "node:module";

const STAND_IN = new URL("./fake-provider-runtime.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier === "onnxruntime-node" && context.parentURL !== STAND_IN;
    return isOurs ? { url: STAND_IN, shortCircuit: true } : next(specifier, context);
  },
});
