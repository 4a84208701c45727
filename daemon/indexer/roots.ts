// The life of the watched folders: probed, watched, scanned, offline and back. One scan at a time; what a scan finds becomes rows.
import type { FolderState } from "../../shared/api.ts";
import { AppError, messageOf } from "../errors.ts";
import { createHints } from "../folders/hints.ts";
import { checkNewRoot } from "../folders/root-rules.ts";
import { probeRoot } from "../folders/root-state.ts";
import { type KnownFilesPort, scanDirectory, scanTree } from "../folders/scanner.ts";
import { createChokidarWatcher } from "../folders/watcher.ts";
import type { Logger } from "../log.ts";

interface RootFolder {
  readonly id: number;
  readonly path: string;
  readonly state: FolderState;
  readonly addedAtMs: number;
  readonly lastScanAtMs: number | null;
  readonly files: number;
  readonly pending: number;
  readonly failed: number;
}

/** What roots need of the store. */
export interface RootsStore extends KnownFilesPort {
  addFolder(path: string): RootFolder;
  removeFolder(folderId: number): { images: number; thumbnails: readonly string[] };
  folders(): readonly RootFolder[];
  setFolderState(folderId: number, state: FolderState): void;
  setFolderScanned(folderId: number, atMs: number): void;
  forgetMissing(beforeMs: number): readonly string[];
}
