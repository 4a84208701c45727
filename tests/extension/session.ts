// A long session of Search Memes in a process of its own, so that its memory can be told. argv: the daemon's home, how many pictures.
// Prints JSON: {pictures, heapBytes} where heapBytes is what the session keeps beyond the loaded, empty command.
import { eventually, startRaycast } from "./host/raycast.ts";

const [home = "", wanted = "1000"] = process.argv.slice(2);
const collect = globalThis.gc;
if (!collect) throw new Error("run with --expose-gc");

function heapBytes(): number {
  for (let i = 0; i < 5; i++) collect?.();
  return process.memoryUsage().heapUsed;
}

const closers: (() => unknown)[] = [];
const raycast = startRaycast({ after: (close) => closers.push(close as () => unknown) }, home);
const view = raycast.open("search-memes");
await eventually("the first page", () => view.names().length > 0 && !view.isLoading());
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
process.stdout.write(`${JSON.stringify({ pictures: view.names().length, heapBytes: bytes })}\n`, () => {
  for (const close of closers) close();
});
