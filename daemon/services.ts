// What the API offers, put together from store, search, indexer and roots. Decides nothing that one of them could decide.
import { lstatSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import {
  type Activity,
  API_VERSION,
  type DaemonEvent,
  type Folder,
  type ModelInfo,
  type Status,
} from "../shared/api.ts";
import type { Services } from "./api/services.ts";
import { AppError } from "./errors.ts";
import type { Care } from "./indexer/care.ts";
import type { Indexer } from "./indexer/indexer.ts";
import type { Roots } from "./indexer/roots.ts";
import type { ModelChanges } from "./model-changes.ts";
import { modelList } from "./model-list.ts";
import type { ModelLibrary } from "./models/model-library.ts";
import { mediaTypeOf } from "./originals/media-types.ts";
import type { Originals } from "./originals/originals.ts";
import type { SafeMode } from "./safe-mode.ts";
import type { QueryEncoder } from "./search/query-encoder.ts";
import type { Search } from "./search/search.ts";
import type { Store, StoredFolder } from "./store/store.ts";
import { VERSION } from "./version.ts";

export interface ServiceParts {
  readonly store: Store;
  readonly search: Search;
  readonly indexer: Indexer;
  readonly roots: Roots;
  readonly care: Care;
  readonly safeMode: SafeMode;
  readonly originals: Originals;
  readonly recordUses: boolean;
  model(): ModelInfo;
  readonly models: ModelChanges;
  readonly modelLibrary: ModelLibrary;
  /** Of the model that searches use. */
  readonly encoder: QueryEncoder;
  readonly ocr: boolean;
  readonly startedAtMs: number;
  /** Marks changed: clients that show pictures ask again. */
  onMarked(): void;
  subscribe(listener: (event: DaemonEvent) => void): () => void;
}

const DEFAULT_LIMIT = 30;

/** The daemon's state in one answer. */
export function statusOf(parts: ServiceParts): Status {
  const { store, indexer, roots } = parts;
  const counts = store.counts();
  return {
    activity: activityOf(parts, counts.pending),
    paused: indexer.paused,
    counts,
    filesPerSecond: indexer.filesPerSecond(),
    secondsLeft: counts.pending === 0 ? 0 : indexer.secondsLeft(counts.pending),
    currentDirectory: roots.scanningDirectory ?? directoryOf(indexer.currentFile),
    model: parts.model(),
    upgrade: parts.models.upgrade(),
    ocr: parts.ocr,
    version: VERSION,
    startedAtMs: parts.startedAtMs,
    libraryBytes: store.sizeBytes(),
    notices: [
      ...parts.safeMode.notices(),
      ...parts.models.notices(),
      ...(indexer.trouble ? [indexer.trouble] : []),
      ...restraint(parts, counts.pending),
      ...cloudNotice(counts.inCloud),
      ...roots.notices(),
    ],
  };
}

function cloudNotice(files: number): readonly string[] {
  if (files === 0) return [];
  const [what, are] = files === 1 ? ["1 picture lies", "It is"] : [`${files} pictures lie`, "They are"];
  return [`${what} in the cloud only. ${are} read when downloaded: in Finder, choose "Download Now".`];
}

function restraint({ indexer }: ServiceParts, pending: number): readonly string[] {
  return pending > 0 && indexer.restraint !== null ? [indexer.restraint] : [];
}

function activityOf({ indexer, roots }: ServiceParts, pending: number): Activity {
  if (indexer.paused) return "paused";
  if (!roots.started) return "starting";
  if (indexer.busy) return "indexing";
  if (roots.scanning) return "scanning";
  return pending > 0 && indexer.trouble === null ? "indexing" : "idle";
}

function directoryOf(path: string | null): string | null {
  return path === null ? null : path.slice(0, path.lastIndexOf("/")) || "/";
}

/** The services of daemon/api/services.ts. */
export function createServices(parts: ServiceParts): Services {
  const { store, search, indexer, roots, care, safeMode, originals } = parts;

  function known(imageId: number): NonNullable<ReturnType<Store["image"]>> {
    const image = store.image(imageId);
    if (image) return image;
    throw new AppError("image-not-found", `There is no picture ${imageId} in the library.`, {
      hint: "It may have been deleted; search again.",
    });
  }

  function folder(stored: StoredFolder): Folder {
    const { id, path, state, files, pending, failed, addedAtMs, lastScanAtMs } = stored;
    const isScanning = state === "online" && roots.isScanning(id);
    const shown = isScanning ? "scanning" : roots.accessTo(stored) === "undecided" ? "undecided" : state;
    return {
      id,
      path,
      state: shown,
      permission: roots.advice(stored),
      files,
      pending,
      failed,
      addedAtMs,
      lastScanAtMs,
    };
  }

  return {
    health: () => ({ name: "rememe", version: VERSION, apiVersion: API_VERSION, pid: process.pid }),
    status: () => statusOf(parts),
    subscribe: parts.subscribe,

    search: (query, signal) => search.words(query, signal),
    similarToImage: async (imageId, query, signal) => search.likeImage(known(imageId).id, query, signal),
    similarToPicture: async (picture, query, signal) => search.likePicture(absolute(picture), query, signal),

    image: known,
    thumbnail(imageId, scene = 0) {
      const image = known(imageId);
      // A scene may be gone since the picture was read again.
      const thumbnailPath = (scene > 0 && store.scene(imageId, scene)?.thumbnailPath) || image.thumbnailPath;
      if (thumbnailPath) return thumbnailPath;
      throw new AppError("image-not-found", `Picture ${imageId} has no thumbnail.`);
    },
    file(imageId) {
      const image = known(imageId);
      const roots = new Set(store.folders().map((each) => each.path));
      const path = image.paths.find((each) => isPlainFile(each, roots));
      if (path) return { path, mediaType: mediaTypeOf(image.format, path) };
      if (image.offline) {
        throw new AppError("folder-offline", `${image.path} is on a disk that is not connected.`, {
          hint: "Connect the disk and try again.",
        });
      }
      throw new AppError("file-missing", `${image.path} is gone.`, {
        hint: "`rememe rescan` brings the library up to date.",
      });
    },

    random({ folderId, only }) {
      const filter = { ...(folderId === undefined ? {} : { folderId }), ...(only === undefined ? {} : { only }) };
      const image = store.randomImage(filter);
      if (image) return image;
      throw new AppError("image-not-found", "There is no picture to choose from.", {
        hint: "Add a folder with pictures, or choose among more of them.",
      });
    },
    tags: () => store.tags(),
    mark(imageId, marks) {
      if (store.mark(known(imageId).id, marks)) parts.onMarked();
      return known(imageId);
    },
    recordUse(imageId, { kind, q = "" }) {
      return parts.recordUses && store.recordUse(known(imageId).id, kind, q);
    },
    forgetUses: () => store.forgetUses(),
    exportImage: (imageId, as) => originals.export(known(imageId), as),
    duplicates({ limit = DEFAULT_LIMIT, offset = 0 }) {
      const { groups, total } = store.duplicateGroups(limit, offset);
      const next = offset + groups.length;
      return {
        groups: groups.map(({ id, imageIds }) => ({ id, images: store.images(imageIds) })),
        total,
        nextOffset: groups.length > 0 && next < total ? next : null,
      };
    },
    reveal: (imageId, path) => originals.reveal(known(imageId), path),
    trash: (imageId, paths) => originals.trash(known(imageId), paths),
    trashed({ limit = DEFAULT_LIMIT, offset = 0 }) {
      const files = store.trashed(limit + 1, offset);
      return { files: files.slice(0, limit), nextOffset: files.length > limit ? offset + limit : null };
    },
    restore: (id) => originals.restore(id),

    addPicture: (folderId, name, bytes) => originals.add(folderId, name, bytes),
    folders: () => store.folders().map(folder),
    async addFolder(path) {
      safeMode.leave();
      return folder(await roots.add(path));
    },
    removeFolder: (folderId) => roots.remove(folderId),
    rescan(folderId) {
      safeMode.leave();
      roots.rescan(folderId);
    },
    pause: () => indexer.pause(),
    resume() {
      safeMode.leave();
      indexer.resume();
    },
    failures({ limit = DEFAULT_LIMIT, offset = 0 }) {
      const { failures, total } = store.failures(limit, offset);
      const next = offset + failures.length;
      return { failures, total, nextOffset: failures.length > 0 && next < total ? next : null };
    },
    retryFailures(fileIds) {
      const retried = store.retryFailures(fileIds ?? null);
      indexer.wake();
      return retried;
    },

    models: () => modelList(parts),
    useModel: (name) => parts.models.use(name),
    async embed(what) {
      const { id: model, dimension } = parts.model();
      const { encoder } = parts;
      const vector = "text" in what ? await encoder.text(what.text) : await encoder.picture(absolute(what));
      return { model, dimension, vector: vector && Array.from(vector) };
    },

    check: (repair) => care.check(repair),
    backup: () => care.backup(),
  };
}

/** @throws AppError bad-request */
function absolute<Picture extends object>(picture: Picture): Picture {
  if (!("path" in picture) || isAbsolute(String(picture.path))) return picture;
  throw new AppError("bad-request", `${JSON.stringify(picture.path)} is not an absolute path.`, {
    hint: "Give the whole path of the picture, from / on.",
  });
}

/** A link put in the place of a picture, or of a directory between it and its root, must not lead the API to another file. */
function isPlainFile(path: string, roots: ReadonlySet<string>): boolean {
  const kind = (at: string) => lstatSync(at, { throwIfNoEntry: false });
  if (!kind(path)?.isFile()) return false;
  for (let at = dirname(path); !roots.has(at); at = dirname(at)) {
    if (at === dirname(at) || !kind(at)?.isDirectory()) return false;
  }
  return true;
}
