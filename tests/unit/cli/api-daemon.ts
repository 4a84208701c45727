// A program that starts, answers and stops like the daemon, with the real API on top of a library without pictures.
// For tests of `start`; TEST_DAEMON gives it something to do, or makes it misbehave.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openAuth } from "../../../daemon/api/auth.ts";
import { listen } from "../../../daemon/api/listen.ts";
import { buildServer } from "../../../daemon/api/server.ts";
import type { Services } from "../../../daemon/api/services.ts";
import { AppError } from "../../../daemon/errors.ts";
import { createDirectories, resolvePaths } from "../../../daemon/paths.ts";
import { API_VERSION, type Folder } from "../../../shared/api.ts";
import { STATUS } from "../../contract/api-fixture.ts";

const TOTAL = 30;
const role = process.env.TEST_DAEMON;
const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
process.stderr.write('{"level":30,"msg":"a message for the log"}\n');

if (role === "fails") {
  process.stderr.write('{"error":{"code":"port-taken","message":"Another program has it.","hint":"Take another."}}\n');
  process.exit(1);
}
if (role === "crashes") process.kill(process.pid, "SIGABRT");

const paths = resolvePaths();
createDirectories(paths);
mkdirSync(paths.data, { recursive: true });
const folders: Folder[] = [];
let left = role === "busy" ? TOTAL : 0;
/** As long as pictures in work may take when the daemon stops. */
const SLOW_END_MS = 2_500;

const services = {
  health: () => ({ name: "rememe", version: "0.1.0", apiVersion: API_VERSION, pid: process.pid }),
  status() {
    // Every look at it is a moment in which a third of the files are read.
    left = role === "slow" ? TOTAL : Math.max(0, left - TOTAL / 3);
    const activity = left > 0 ? "indexing" : "idle";
    const counts = {
      folders: folders.length,
      files: TOTAL,
      images: TOTAL - left,
      pending: left,
      failed: 0,
      inCloud: 0,
    };
    if (left === 0 && role === "dies") process.kill(process.pid, "SIGKILL");
    return { ...STATUS, activity, counts, filesPerSecond: 12.34, secondsLeft: left, currentDirectory: "/pictures" };
  },
  folders: () => folders,
  async addFolder(path: string) {
    if (path.endsWith("forbidden")) throw new AppError("folder-forbidden", "Not this one.");
    if (folders.some((folder) => folder.path === path)) throw new AppError("folder-exists", "Watched already.");
    const id = folders.length + 1;
    const folder = {
      id,
      path,
      state: "online",
      permission: null,
      files: 3,
      pending: 0,
      failed: 0,
      addedAtMs: 1,
      lastScanAtMs: 2,
    } as const;
    folders.push(folder);
    return folder;
  },
} satisfies Partial<Services>;

let port = Number(values.port);
const auth = openAuth({ tokenFile: paths.token, port: () => port });
const server = buildServer({
  services: services as unknown as Services,
  auth,
  webDirectory: paths.data,
  log: false,
  port: () => port,
});
port = await listen(server, port);
const address = { pid: process.pid, port, apiVersion: API_VERSION, version: "0.1.0", startedAtMs: Date.now() };
writeFileSync(paths.address, JSON.stringify(address));

process.on("SIGTERM", async () => {
  if (role === "hangs") return;
  rmSync(paths.address);
  await server.close();
  if (role === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_END_MS));
  process.exit(0);
});
