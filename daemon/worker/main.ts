// The child program, in one of two roles: "index" reads pictures for the indexer, "query" turns a search into a vector. ONNX Runtime
// and the decoders live here, never in the daemon: a run blocks its thread, and a hostile picture can kill its process.
import { flushCompileCache } from "node:module";
import { constants, setPriority } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { openChannel } from "../channel.ts";
import { openTextEncoder } from "../models/text-encoder.ts";
import { once } from "./once.ts";
import type { PictureQuestion } from "./picture-questions.ts";
import type { EncodeText, InstalledModel, WorkerOptions, WorkerRole } from "./protocol.ts";
import type { WatchdogTask } from "./watchdog.ts";

// Decoders print what their answers say already.
for (const say of ["log", "warn", "error"] as const) console[say] = () => {};

const role = process.argv[2] as WorkerRole;
const options = JSON.parse(process.argv[3] ?? "{}") as WorkerOptions;
const { threads } = options;

// Below everything a person waits for; a search must not feel the indexing.
if (role === "index") setPriority(constants.priority.PRIORITY_LOW);

const textEncoder = once(
  async (model: InstalledModel) => openTextEncoder(model, { threads }),
  ({ directory }) => directory,
);
/** Searches are words, nearly always: the first of them does not wait for decoders to be loaded. */
const pictureQuestions = once(async () => {
  const { answerPictureQuestions } = await import("./picture-questions.ts");
  return answerPictureQuestions({ role, options, textEncoder, ask: (question) => channel.ask(question) });
});

const channel = openChannel(
  {
    send: (message) => process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => process.on("message", listener),
  },
  answer,
);

const watch: WatchdogTask = { parent: process.ppid, maxMemoryBytes: options.maxMemoryBytes };
new Worker(new URL(`./watchdog${extname(import.meta.filename)}`, import.meta.url), { workerData: watch }).unref();

// See launch.ts. Otherwise written at a normal end, which there never is.
setTimeout(flushCompileCache, 5_000).unref();

// The daemon went away or lets us go: nothing here is worth saving. A normal exit would wait for the decoders' threads, and one may hang.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C in a terminal reaches the whole process group; the daemon decides when we end.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

async function answer(question: unknown): Promise<unknown> {
  const asked = question as EncodeText | PictureQuestion;
  if (asked.ask === "encode-text") return (await textEncoder(asked.model)).encode(asked.text);
  return (await pictureQuestions())(asked);
}
