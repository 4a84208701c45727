// A long session of Search Memes in a process of its own, so that its memory can be told. argv: the daemon's home, how many pictures.
// Prints JSON: {pictures, heapBytes, firstPaintMs, nextPaintMs} where heapBytes is what the session keeps beyond the loaded, empty
// command, and the times are from the start of the command to the first pictures: ever, and from the cache when it is opened again.
import { setImmediate } from "node:timers/promises";
import { eventually, startRaycast, type View } from "./host/raycast.ts";

const [home = "", wanted = "1000"] = process.argv.slice(2);
const collect = globalThis.gc;
if (!collect) throw new Error("run with --expose-gc");

function heapBytes(): number {
  for (let i = 0; i < 5; i++) collect?.();
  return process.memoryUsage().heapUsed;
}

/** The command from its file to its first pictures; reading the bundle counts. */
async function openSearch(): Promise<{ view: View; paintMs: number }> {
  const startedAtMs = performance.now();
  const view = raycast.open("search-memes");
  while (view.names().length === 0) await setImmediate();
  return { view, paintMs: Math.round(performance.now() - startedAtMs) };
}

const closers: (() => unknown)[] = [];
const raycast = startRaycast({ after: (close) => closers.push(close as () => unknown) }, home);
const { view, paintMs: firstPaintMs } = await openSearch();
await eventually("the first page", () => !view.isLoading());
const again = await openSearch();
await again.view.close();
const before = heapBytes();
for (const words of ["red", "dark", "blue sky", "green", "red dots", ""]) {
  view.type(words);
  await eventually(`an answer to ${words}`, () => !view.isLoading());
}
while (view.names().length < Number(wanted)) {
  const shown = view.names().length;
  view.loadMore();
  await eventually(`more than ${shown}`, () => view.names().length > shown);
}
const bytes = heapBytes() - before;
process.stdout.write(
  `${JSON.stringify({ pictures: view.names().length, heapBytes: bytes, firstPaintMs, nextPaintMs: again.paintMs })}\n`,
  () => {
    for (const close of closers) close();
  },
);
