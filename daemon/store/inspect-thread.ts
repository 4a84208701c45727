// The thread in which a library, or a copy of it, is looked through: seconds of reading that must not keep the daemon from answering.
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { inspect } from "./inspection.ts";

export interface InspectTask {
  /** The database file. */
  readonly path: string;
  readonly thumbnails: string;
  readonly nowMs: number;
}

const { path, thumbnails, nowMs } = workerData as InspectTask;
const db = new Database(path, { readonly: true, timeout: 5_000 });
try {
  loadVectorSearch(db);
  parentPort?.postMessage(inspect(db, thumbnails, nowMs));
} finally {
  db.close();
}
