// Which execution provider embeds the pictures of a model: the CPU, unless another one was tried on this machine, agrees with it and is faster.
// The result is remembered per model, provider and versions; what it is run on never changes which index it belongs to.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { release } from "node:os";
import { ChildDied } from "./child.ts";
import { classifyFsError, messageOf } from "./errors.ts";
import type { Logger } from "./log.ts";
import { type InstalledModel, PALETTE_DIRECTORY } from "./models/catalog.ts";
import type { ProviderCheck } from "./models/provider-check.ts";
import type { Provider } from "./models/providers.ts";

export interface ProviderChoice {
  /** What it is at the moment; "cpu" as long as nothing else was tried. */
  of(model: InstalledModel): Provider;
  /** Why another provider is not used (or not yet), in words; null when there is nothing to say. */
  reason(model: InstalledModel): string | null;
  /** Pictures will be embedded with it: tries the provider in the background if that was never done. */
  consider(model: InstalledModel): void;
  /** It failed in use: the CPU from now on. */
  distrust(model: InstalledModel, why: string): void;
}

export interface ProviderChoiceDeps {
  /** What is worth trying here; null: nothing. */
  readonly candidate: Provider | null;
  /** A person asked for it by name: it need not be faster. */
  readonly isForced: boolean;
  /** Where results are written down. */
  readonly file: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** In a process of its own. Rejects with ChildDied, or with what went wrong. */
  check(model: InstalledModel, provider: Provider): Promise<ProviderCheck>;
  onChange(): void;
}

interface Verdict {
  readonly isUsed: boolean;
  readonly reason: string | null;
}

const AGREEMENT = 0.995;
/** Characters of what a runtime says; the log has all of it. */
const MOST_WORDS = 250;
const VERSIONS = `onnxruntime ${runtimeVersion()}, ${process.platform} ${release()}, ${process.arch}`;

export function createProviderChoice(deps: ProviderChoiceDeps): ProviderChoice {
  const { candidate, file, log, signal } = deps;
  const verdicts = new Map<string, Verdict>(Object.entries(read(file)));
  const running = new Set<string>();

  /** Null: nothing but the CPU comes into question. */
  function keyOf({ manifest, directory }: InstalledModel): string | null {
    // The starter model takes a millisecond; planning it for another provider takes longer than all it would win.
    if (candidate === null || directory === PALETTE_DIRECTORY) return null;
    return `${manifest.id}, ${candidate}${deps.isForced ? " (forced)" : ""}, ${VERSIONS}`;
  }

  function verdictOf(model: InstalledModel): Verdict | null {
    const key = keyOf(model);
    return key === null ? null : (verdicts.get(key) ?? null);
  }

  function decide(model: InstalledModel, verdict: Verdict): void {
    const key = keyOf(model);
    if (key === null) return;
    verdicts.set(key, verdict);
    try {
      write(file, Object.fromEntries(verdicts));
    } catch (error) {
      // Then it is tried again at the next start.
      log.warn({ reason: messageOf(error) }, "the choice of the execution provider could not be written down");
    }
    log.info({ model: model.manifest.id, provider: candidate, ...verdict }, "execution provider tried");
    deps.onChange();
  }

  async function tryOut(model: InstalledModel, provider: Provider): Promise<void> {
    try {
      decide(model, judge(await deps.check(model, provider), provider, deps.isForced));
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ provider, reason: messageOf(error) }, "an execution provider cannot be used");
      decide(model, { isUsed: false, reason: `${provider} is not used: ${troubleOf(error)}.` });
    }
  }

  return {
    of: (model) => (verdictOf(model)?.isUsed && candidate ? candidate : "cpu"),
    reason(model) {
      const key = keyOf(model);
      if (key !== null && running.has(key)) return `${candidate} is being tried.`;
      return verdictOf(model)?.reason ?? null;
    },
    consider(model) {
      const key = keyOf(model);
      if (key === null || candidate === null || verdicts.has(key) || running.has(key)) return;
      running.add(key);
      void tryOut(model, candidate).finally(() => running.delete(key));
    },
    distrust: (model, why) => decide(model, { isUsed: false, reason: `${candidate} is not used: ${why}.` }),
  };
}

function judge({ agreement, ms, cpuMs }: ProviderCheck, provider: Provider, isForced: boolean): Verdict {
  if (!(agreement > AGREEMENT)) {
    const reason = `${provider} is not used: its embeddings differ from the CPU's (cosine ${agreement.toFixed(4)}).`;
    return { isUsed: false, reason };
  }
  if (!isForced && !(ms < cpuMs)) {
    const times = `${ms.toFixed(1)} instead of ${cpuMs.toFixed(1)} ms a picture`;
    return { isUsed: false, reason: `${provider} is not used: it is slower than the CPU (${times}).` };
  }
  return { isUsed: true, reason: null };
}

function troubleOf(error: unknown): string {
  if (!(error instanceof ChildDied))
    return messageOf(error).replace(/\s+/g, " ").trim().slice(0, MOST_WORDS).replace(/\.$/, "");
  return error.timedOut ? "it took too long when it was tried" : "it crashed when it was tried";
}

function read(file: string): Record<string, Verdict> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    const entries = Object.entries(content ?? {}).filter(([, verdict]) => typeof Object(verdict).isUsed === "boolean");
    return Object.fromEntries(entries) as Record<string, Verdict>;
  } catch (error) {
    // Never tried, or damaged: it is tried again.
    if (error instanceof SyntaxError || classifyFsError(error) !== "other") return {};
    throw error;
  }
}

function write(file: string, verdicts: Readonly<Record<string, Verdict>>): void {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(verdicts, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

function runtimeVersion(): string {
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { readonly version: string };
  return version;
}
