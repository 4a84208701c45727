// A program for watcher.test.ts, run as root of a user namespace with few inotify watches: watches, says what happens,
// then raises the limit.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createWatchFilter } from "../../../daemon/folders/entry-names.ts";
import { createWatcher, treeWatchFor, type WatchWay } from "../../../daemon/folders/watcher.ts";

const [way, root = ""] = process.argv.slice(2);
const last = join(root, "7/new.jpg");
const say = (words: string): void => void process.stdout.write(`${words}\n`);

let hasRetried = false;
const watcher = createWatcher(treeWatchFor(way as WatchWay, "linux"), {
  onHint({ path }) {
    if (path === root && !hasRetried) {
      hasRetried = true;
      say("hint for the root");
      writeFileSync(last, "");
    }
    if (path === last) {
      say("hint for the last directory");
      void watcher.close();
    }
  },
  onError(_, error) {
    say(`error ${(error as NodeJS.ErrnoException).code}`);
  },
  shouldIgnore: createWatchFilter("/nonexistent/rememe"),
});
await watcher.watch(root);
writeFileSync("/proc/sys/user/max_inotify_watches", "1000");
// The retry's timer keeps no process alive; this does, until the watcher is closed.
const keepAlive = setInterval(() => hasRetried && clearInterval(keepAlive), 20);
