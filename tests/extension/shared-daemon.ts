// One daemon for all tests of a file: for those that only look.
import { after, before, type TestContext } from "node:test";
import { type StartOptions, startDaemon, type TestDaemon } from "../helpers/daemon.ts";

/** Started before the first test, idle by then; the answer asks for it. */
export function sharedDaemon(options: StartOptions): () => TestDaemon {
  const ends: (() => unknown)[] = [];
  let daemon: TestDaemon | null = null;
  before(async () => {
    const scope = { after: (end: () => unknown) => void ends.unshift(end) };
    daemon = await startDaemon(scope as Pick<TestContext, "after">, { env: { REMEME_OCR: "false" }, ...options });
    await daemon.waitIdle();
  });
  after(async () => {
    for (const end of ends) await end();
  });
  return () => {
    if (!daemon) throw new Error("the daemon is started before the first test");
    return daemon;
  };
}
