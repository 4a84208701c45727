// Loaded into the daemon and its children (`node --import`): in the place of ONNX Runtime an encoder that takes its time and no processor,
// as one on a GPU does. Like the real one it blocks the thread that calls it.
import { registerHooks } from "node:module";

const STAND_IN = new URL("./fixed-time-runtime.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "onnxruntime-node" ? { url: STAND_IN, shortCircuit: true } : next(specifier, context),
});
