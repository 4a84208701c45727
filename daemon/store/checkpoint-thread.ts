// The thread that copies what was written from SQLite's log into the database file. It has a connection of its own.
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";

const db = new Database((workerData as { readonly path: string }).path, { fileMustExist: true });

parentPort?.on("message", (message: "copy" | "close") => {
  if (message === "close") {
    db.close();
    parentPort?.close();
    return;
  }
  try {
    // Passive: whoever reads or writes meanwhile is not kept waiting; what cannot be copied yet is copied next time.
    db.pragma("wal_checkpoint(PASSIVE)");
  } catch {
    // A full disk: the daemon meets it as well, and says so.
  }
  parentPort?.postMessage("copied");
});
