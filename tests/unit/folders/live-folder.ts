// Watcher, hints and scanner put together on one root, with the store's verbs in memory: the stage as a whole.
import type { TestContext } from "node:test";
import { createWatchFilter } from "../../../daemon/folders/entry-names.ts";
import { createHints } from "../../../daemon/folders/hints.ts";
import type { TreeWatch } from "../../../daemon/folders/tree-watch.ts";
import { createWatcher } from "../../../daemon/folders/watcher.ts";
import { type Scanner, scanner, until } from "./disk.ts";

export interface LiveFolder {
  readonly known: Scanner["known"];
  readonly port: Scanner["port"];
  /** Directories and trees scanned because of hints, below the root: "a" or "a/**". */
  readonly scans: string[];
  readonly errors: Error[];
  /** Until exactly these are known. */
  shows(paths: readonly string[]): Promise<void>;
}

/** Watches and scans a root until the test ends. */
export async function liveFolder(t: TestContext, root: string, way: TreeWatch): Promise<LiveFolder> {
  const scan = scanner(root);
  const scans: string[] = [];
  const errors: Error[] = [];
  const hint = (path: string): void => hints.add({ root, path });
  const hints = createHints({
    quietMs: 30,
    async onBatch({ directories, trees }) {
      for (const path of directories) {
        scans.push(path.slice(root.length + 1));
        await scan.directory(path, { onUnsettled: hint });
      }
      for (const path of trees) {
        scans.push(`${path.slice(root.length + 1)}/**`);
        await scan.tree(path, { onUnsettled: hint });
      }
    },
  });
  const watcher = createWatcher(way, {
    onHint: (each) => hints.add(each),
    onError: (_, error) => errors.push(error),
    shouldIgnore: createWatchFilter("/nonexistent/rememe"),
  });
  t.after(async () => {
    await watcher.close();
    hints.close();
  });
  await watcher.watch(root);
  await scan.tree();
  const { known, port } = scan;
  return {
    known,
    port,
    scans,
    errors,
    async shows(paths) {
      const wanted = JSON.stringify([...paths].sort());
      await until(`${wanted} instead of ${known()}`, () => JSON.stringify(known()) === wanted);
    },
  };
}
