// What is run as the daemon: main.ts, with the compiled code of this and its child processes kept from one start to the next.
// Of a start of 0.8 s that saves a quarter (docs/benchmarks.md); a module that runs cannot switch it on for what it imports.
import { enableCompileCache, flushCompileCache } from "node:module";
import { resolvePaths } from "./paths.ts";

/** By then everything that a first search needs was loaded. The cache is otherwise written at the end, which a crash leaves out. */
const FLUSH_AFTER_MS = 20_000;

process.umask(0o077);
const { directory } = enableCompileCache(resolvePaths().compiled);
// For the children; none when a person has switched it off (NODE_DISABLE_COMPILE_CACHE).
if (directory !== undefined) process.env.NODE_COMPILE_CACHE = directory;
setTimeout(flushCompileCache, FLUSH_AFTER_MS).unref();
await import("./main.ts");
