// Execution providers: what ONNX Runtime can run a picture network on, and how it has to be asked. Which one is used is decided elsewhere,
// by trying (provider-check.ts).
import type { InferenceSession } from "onnxruntime-node";

export const PROVIDERS = ["cpu", "coreml", "webgpu"] as const;
export type Provider = (typeof PROVIDERS)[number];

/**
 * CoreML's flags, the only option that reaches it from Node: 0x10 the MLProgram format (halves work in no other), 0x20 processor and GPU. Not 0x08, static
 * shapes: it gives wrong numbers with halves on macOS 15 (microsoft/onnxruntime issue 32569). Source: coreml_provider_factory.h of ONNX Runtime 1.30.
 */
const COREML_FLAGS = 0x10 | 0x20;

/** For InferenceSession.create: the provider first, the CPU for what it cannot do. */
export function providerConfig(provider: Provider): InferenceSession.ExecutionProviderConfig[] {
  switch (provider) {
    case "cpu":
      return ["cpu"];
    case "coreml":
      return [{ name: "coreml", coreMlFlags: COREML_FLAGS }, "cpu"];
    case "webgpu":
      return ["webgpu", "cpu"];
  }
}

/** CoreML plans for shapes it knows: with an open number of pictures it leaves most of the network to the CPU. */
export function needsFixedBatch(provider: Provider): boolean {
  return provider === "coreml";
}

/** What is worth trying besides the CPU; null when nothing is. `setting` is "auto" or a provider. */
export function candidate(setting: string, platform: NodeJS.Platform, arch: string): Provider | null {
  if (setting === "cpu") return null;
  const named = PROVIDERS.find((provider) => provider === setting);
  if (named) return named;
  return platform === "darwin" && arch === "arm64" ? "coreml" : null;
}
