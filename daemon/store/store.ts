// The library in domain words. One writer: the daemon process. Every verb is one transaction; nothing outside this folder writes SQL.
import type {
  FailureStage,
  FolderState,
  Image,
  ImageDetails,
  ImageFormat,
  OnlyMarked,
  Scene,
  TrashedFile,
  UseKind,
} from "../../shared/api.ts";
import type { Inspection } from "./inspection.ts";

export type { Inspection } from "./inspection.ts";

/** A file as the scanner saw it. */
export interface SeenFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Nanoseconds since the epoch. */
  readonly modifiedNs: bigint;
  readonly inode: bigint;
}

/** A file as the store knows it, inside one directory. */
export interface KnownFile extends SeenFile {
  /** It could not be read because it lay in a cloud only. */
  readonly inCloud: boolean;
  readonly fileId: number;
  readonly missing: boolean;
}

/** What the scanner found different in one directory. */
export interface DirectoryChanges {
  readonly folderId: number;
  /** Absolute path without a trailing slash. */
  readonly directory: string;
  /** New or changed files: they become pending. A changed file that had a failure is tried afresh. */
  readonly seen: readonly SeenFile[];
  /** Files that were marked missing and are back unchanged: their picture is simply there again. */
  readonly returned: readonly number[];
  /** Files that are gone: marked missing. Their picture is kept until the grace period is over (forgetMissing). */
  readonly gone: readonly number[];
}

/** A file that waits to be read. */
export interface PendingFile {
  readonly fileId: number;
  readonly folderId: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
  /** How often it failed before, without having changed since; 0 for a fresh file. */
  readonly attempts: number;
  /**
   * The index that it is read for. While another index is built, new files are read for the
   * active one first, so that they can be found at once; then they wait again, for the other one.
   */
  readonly indexId: number;
  /** It came or changed after the first scan of its folder: somebody may be waiting for it. */
  readonly isArrival: boolean;
}

/** A word of a picture's text: what stands between two spaces, however long. */
export interface PlacedWord {
  /** [start, end) in the text. */
  readonly start: number;
  readonly end: number;
  /** Fractions 0..1 of the upright picture. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** Where it reads to, in quarter turns clockwise from left to right. */
  readonly turns: number;
}

/** Everything the worker made of one picture. */
export interface IndexedImage {
  /** SHA-256 of the file, 64 hex digits. */
  readonly contentHash: string;
  /** Equal in files of equal pixels, whatever else differs in them; null: not told by pixels. */
  readonly pixelHash: string | null;
  /** What near-duplicates are recognised by (likeness.ts). */
  readonly fingerprint: Uint8Array;
  readonly format: ImageFormat;
  /** Pixels after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** File name of the thumbnail below the thumbnails directory. */
  readonly thumbnail: string;
  readonly text: string;
  /** Where the words of the text stand, in its order. */
  readonly words: readonly PlacedWord[];
  /** Unit length, of the model of the index that the file is read for. */
  readonly embedding: Float32Array;
  /** Of a moving picture; the first frame is the picture itself. */
  readonly scenes: readonly IndexedScene[];
}

/** A further frame of a moving picture, as it is kept. */
export interface StoredScene extends Scene {
  /** File name below the thumbnails directory. */
  readonly thumbnail: string;
}
export interface IndexedScene extends StoredScene {
  /** As the picture's. */
  readonly embedding: Float32Array;
}

export interface SceneOfImage extends Scene {
  /** Absolute. */
  readonly thumbnailPath: string;
}

/** The vectors of one picture: its own, then its scenes' in order. */
export type Embeddings = readonly [Float32Array, ...Float32Array[]];

/** What the library has of a content: everything; all but its embedding in one index; nothing, or nothing whole. */
export type Knowledge = "whole" | "lacks-embedding" | "unknown";

export interface StoredFolder {
  readonly id: number;
  readonly path: string;
  readonly state: FolderState;
  readonly addedAtMs: number;
  readonly lastScanAtMs: number | null;
  readonly files: number;
  readonly pending: number;
  readonly failed: number;
}

export interface StoredFailure {
  readonly fileId: number;
  readonly path: string;
  readonly stage: FailureStage;
  readonly reason: string;
  readonly message: string;
  readonly attempts: number;
  readonly lastTryAtMs: number;
  readonly retryAtMs: number | null;
}

/**
 * An index: all embeddings of one model. `active` answers searches, `building` is filled beside it and takes its place when complete,
 * `kept` was one of them and is there in case it is wanted again.
 */
export interface StoredIndex {
  readonly id: number;
  readonly modelId: string;
  /** What leads to this model on the machine. */
  readonly modelSetting: string;
  readonly dimension: number;
  readonly state: "active" | "building" | "kept";
}

export interface LibraryCounts {
  readonly folders: number;
  /** Not missing; those on unreachable roots included. */
  readonly files: number;
  readonly images: number;
  /** Waiting, and on a root that can be read: what is left to do now. */
  readonly pending: number;
  /** Could not be read, but for those in a cloud. */
  readonly failed: number;
  /** In a cloud only: they are read when they have been downloaded. */
  readonly inCloud: number;
}

/** animation: GIFs and everything of several frames; photo and screenshot are good guesses (picture-set.ts). */
export type PictureKind = "animation" | "photo" | "screenshot" | ImageFormat;

/** Restricts a search to some pictures: every given condition must hold. Times are those of the file's last change. */
export interface SearchFilter {
  readonly folderId?: number;
  /** Absolute path of a directory: pictures in it and below. */
  readonly below?: string;
  /** Each must stand in the path from the root's name on, word by word. */
  readonly inFolders?: readonly string[];
  /** Any of these. */
  readonly kinds?: readonly PictureKind[];
  readonly fromMs?: number;
  /** Not included. */
  readonly untilMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  /** Width × height. */
  readonly minPixels?: number;
  readonly maxPixels?: number;
  /** Each must stand, word by word, in the picture's text or in a name of it. */
  readonly holding?: readonly string[];
  /** All of these must hold as well. */
  readonly and?: readonly SearchFilter[];
  /** Pictures that one of these lets through are left out. */
  readonly not?: readonly SearchFilter[];
  /** Hidden pictures are left out unless this asks for them. */
  readonly only?: OnlyMarked;
  /** It must have each of these tags; case does not count. */
  readonly tags?: readonly string[];
}

export interface Page {
  readonly images: readonly Image[];
  readonly texts: ReadonlyMap<number, ImageTexts>;
}

/** What is left out stays as it is. */
export interface Marks {
  readonly favourite?: boolean;
  readonly hidden?: boolean;
  readonly tags?: readonly string[];
}

/** A picture was used after a search. */
export interface StoredUse {
  readonly imageId: number;
  readonly kind: UseKind;
  /** Never "". */
  readonly query: string;
  readonly usedAtMs: number;
}

/** A present file of a picture, on a root that can be read now. */
export interface FileOfImage {
  readonly fileId: number;
  readonly folderId: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
  readonly online: boolean;
}

export interface NearestHit {
  readonly imageId: number;
  /** Cosine similarity, -1 to 1; of a moving picture the best of its scenes. */
  readonly similarity: number;
  /** Which scene; left out when it is the picture itself. */
  readonly scene?: number;
}

export interface TextHit {
  readonly imageId: number;
  /** 0 to 1: how much of the query stands in its texts, and how exactly (text-query.ts, QUALITY). */
  readonly quality: number;
}

/** The texts of one picture that a text search looks into. */
export interface ImageTexts {
  readonly ocr: string;
  /** For word-boxes.ts; empty when it is not known where the words stand. */
  readonly ocrBoxes: Uint8Array;
  /** File names without extension, of all its present files. */
  readonly names: readonly string[];
  /** Path of the directories below (and with the name of) the watched root. */
  readonly folders: readonly string[];
  readonly tags: readonly string[];
}

export interface Store {
  // ---- folders
  /**
   * Adds a root. Roots already watched inside it are taken over: their files keep their pictures. Files of large ones go in steps: call
   * takeFiles, now or after a restart, before the root is scanned. Throws folder-exists, folder-inside.
   */
  addFolder(path: string): StoredFolder;
  /** Hands some files of roots that were taken over to the root above. False when there are none left. */
  takeFiles(): boolean;
  /**
   * The root is no longer known, nor read, its pictures are no longer shown, and it may be added anew. Its files go in steps: call
   * hideFiles, then forgetFiles, now or after a restart.
   */
  removeFolder(folderId: number): void;
  /** Marks some files of removed roots as missing: searches no longer come by their pictures. False when there are none left. */
  hideFiles(): boolean;
  /** Forgets some files of removed roots. False when there are none left. */
  forgetFiles(): boolean;
  folders(): readonly StoredFolder[];
  setFolderState(folderId: number, state: FolderState): void;
  setFolderScanned(folderId: number, atMs: number): void;

  // ---- files: what the scanner compares with and reports
  /**
   * Files known in one directory, missing ones included, keyed by name: the next thousand or so after a name, in their order; none at the end.
   */
  knownFiles(folderId: number, directory: string, after?: string): ReadonlyMap<string, KnownFile>;
  /** Directories below `root` (and itself) in which files that are not missing are known. */
  knownDirectories(folderId: number, root: string): readonly string[];
  applyChanges(changes: DirectoryChanges): void;

  // ---- the queue: pending files are rows, so that a restart resumes
  /** The next files to read: just-added before backlog, newest first, folders that are online only, without those in `exclude`. */
  nextPending(limit: number, exclude: ReadonlySet<number>): readonly PendingFile[];
  /** Id of the picture with this content, indexed under whatever model; null when there is none. */
  imageOfContent(contentHash: string): number | null;
  /** What the library has of a content (or, in other bytes, of these pixels), with regard to one index. */
  knowledge(contentHash: string, indexId: number, pixelHash?: string | null): Knowledge;
  /**
   * The same bytes, or pixels, in the index that the file is read for? Then the file is linked to that picture: true. Bytes that were
   * recognised by their pixels are one picture with the others from then on, marks included.
   */
  linkKnown(file: PendingFile, contentHash: string, pixelHash?: string | null): boolean;
  /**
   * Stores another embedding of a picture that is known (and of its scenes), and links the file to it. Null, and nothing stored, when the file is not what
   * it was, or the picture is gone or not whole.
   */
  saveEmbedding(
    file: PendingFile,
    contentHash: string,
    embeddings: Embeddings,
    pixelHash?: string | null,
  ): number | null;
  /**
   * Stores a picture with its vector and text, and links the file to it, together. Same content or pixels twice: linked, not doubled.
   * Null, and nothing stored, when the file is not what it was when it was taken from the queue (invariant 3), or the index it was
   * read for is gone.
   */
  saveImage(file: PendingFile, image: IndexedImage): number | null;
  /**
   * Records a failure and takes the file out of the queue. `retryAtMs` null: not before it changes or a person asks.
   * Nothing happens when the file changed since it was taken from the queue.
   */
  saveFailure(
    file: PendingFile,
    failure: { stage: FailureStage; reason: string; message: string; retryAtMs: number | null },
    nowMs: number,
  ): void;
  /** The file vanished or left the set of pictures while it was waited for. */
  forgetFile(fileId: number): void;
  /** Failures whose time has come become pending again. Returns how many. */
  requeueDueFailures(nowMs: number): number;
  /** Earliest retryAtMs of all failures, or null. */
  nextRetryAtMs(): number | null;
  retryFailures(fileIds: readonly number[] | null): number;
  failures(limit: number, offset: number): { readonly failures: readonly StoredFailure[]; readonly total: number };

  // ---- grace period
  /**
   * Forgets some files missing since before `beforeMs` on online roots, or some pictures that no file has held since then; those of
   * removed roots at any time. Returns the names of thumbnails that are nobody's now; null when there is nothing left to forget.
   */
  forgetMissing(beforeMs: number): readonly string[] | null;
  /** Thumbnails of pictures in the library, to find orphan files on disk. */
  hasThumbnail(name: string): boolean;

  // ---- indexes (invariant 4)
  /**
   * Says which model is wanted. The first one is active at once; another model gets a `building` index, or the one that was kept, and
   * the pictures that it lacks become pending, in steps: call queueSome, now or after a restart. Returns the index that searches use and the one that is being filled (often the same).
   * `isActiveUsable` false: no more embeddings can be made for the active one.
   */
  useModel(
    modelId: string,
    dimension: number,
    modelSetting?: string,
    isActiveUsable?: boolean,
  ): { readonly active: StoredIndex; readonly target: StoredIndex };
  /** Looks at some pictures, whether the wanted model lacks them. False when all have been looked at. */
  queueSome(): boolean;
  knownIndexes(): readonly StoredIndex[];
  /** Pictures of the library, and how many of them need nothing more for the index that is being built; null when none is. */
  buildingProgress(): { readonly done: number; readonly total: number } | null;
  /** Indexes that nobody has used since before `beforeMs`, and all but the last few, are no longer known. Their vectors go in steps: dropSome. Returns how many. */
  forgetKept(beforeMs: number): number;
  /** Takes away some of what indexes hold that are no longer known. False when there is nothing left. */
  dropSome(): boolean;
  /** The index that searches use; null before the first useModel. Queries must be encoded with its model. */
  activeIndex(): StoredIndex | null;
  /**
   * If the building index has every picture that can be read now, it becomes active, the old one is kept: true. Pictures on unplugged
   * disks and failed ones follow later, but the swap waits for them while they are more than the building index holds.
   */
  activateIfComplete(): boolean;

  // ---- what the user says of pictures, by content
  /** False when there is no such picture. */
  mark(imageId: number, marks: Marks): boolean;
  /** Every tag of findable pictures, most used first. */
  tags(): readonly { readonly tag: string; readonly images: number }[];
  /** Ids, the one marked last first. */
  favourites(limit: number, filter?: SearchFilter): readonly number[];
  /** `query` "": it was not found by words. False when there is no such picture. */
  recordUse(imageId: number, kind: UseKind, query: string): boolean;
  /** Returns how many uses are forgotten. */
  forgetUses(): number;
  /** Uses after a query, of pictures that are there; the same array until something changes. */
  uses(): readonly StoredUse[];
  /** Ids, the one used last first. */
  recentlyUsed(limit: number, filter?: SearchFilter): readonly number[];

  // ---- the Trash
  recordTrashed(path: string, trashPath: string | null): TrashedFile;
  /** Last moved first. */
  trashed(limit: number, offset: number): readonly TrashedFile[];
  trashedFile(id: number): TrashedFile | null;
  forgetTrashed(id: number): void;

  // ---- reading
  counts(): LibraryCounts;
  /** Grows with every change of what a list of pictures shows: which there are, names, copies, dates, absent disks. */
  revision(): number;
  image(imageId: number): ImageDetails | null;
  /** Same order as asked; pictures that are gone are left out. */
  images(imageIds: readonly number[]): readonly Image[];
  /** A further frame of a moving picture, from 1; null when there is no such scene, or no such picture. */
  scene(imageId: number, scene: number): SceneOfImage | null;
  texts(imageIds: readonly number[]): ReadonlyMap<number, ImageTexts>;
  /** Pictures as `images` tells them, and the texts of some: in large libraries without waiting for the disk here. */
  page(imageIds: readonly number[], textsOf: readonly number[], signal?: AbortSignal): Promise<Page>;
  embedding(imageId: number): Float32Array | null;
  /**
   * Nearest neighbours in the active index, best first: exact in small libraries, found by sketches in large ones (sketch-search.ts), which
   * then know a few hundred at most, however many were asked for.
   * Rejects if the vector's length is not the index's dimension; with the signal's reason when it was aborted before the search began.
   */
  nearest(
    vector: Float32Array,
    limit: number,
    filter?: SearchFilter,
    signal?: AbortSignal,
  ): Promise<readonly NearestHit[]>;
  /** Pictures with the newest modification of a file first, without those in `exclude`. */
  recentImages(
    limit: number,
    offset: number,
    filter?: SearchFilter,
    exclude?: ReadonlySet<number>,
    signal?: AbortSignal,
  ): Promise<readonly Image[]>;
  /** Any picture, each as likely as the others; one on a disk that is not connected only when there is no other. Null when there is none. */
  randomImage(filter?: SearchFilter): Image | null;
  /** The picture's present files, best first. */
  filesOf(imageId: number): readonly FileOfImage[];
  /** Full text over OCR text, names, folders and tags, best first. Takes any query text. */
  matchText(query: string, limit: number, filter?: SearchFilter, signal?: AbortSignal): Promise<readonly TextHit[]>;
  /** The query with misspelt words replaced by words of the library; null when there is nothing to correct. */
  correctSpelling(query: string, signal?: AbortSignal): Promise<string | null>;
  /** Makes searches of a large library quick: starts its threads, makes what is derived. Resolves when all of it is there. */
  prepareSearches(): Promise<void>;

  // ---- near-duplicates
  /** Compares some pictures that are new with all the others, in a thread of its own. Resolves with how many, 0 when there are none left. */
  compareNew(): Promise<number>;
  /** The groups that these pictures are in; pictures that are in none are left out. */
  groupsOf(
    imageIds: readonly number[],
  ): readonly { readonly imageId: number; readonly groupId: number; readonly pixels: number }[];
  /** For pictures of a group: how many others in it can be shown. */
  copiesOf(imageIds: readonly number[]): ReadonlyMap<number, number>;
  /** Groups of several pictures that can be shown, the largest first; in each the best picture first. */
  duplicateGroups(
    limit: number,
    offset: number,
  ): {
    readonly groups: readonly { readonly id: number; readonly imageIds: readonly number[] }[];
    readonly total: number;
  };

  // ---- care
  /**
   * Reads the whole library and its thumbnails in a thread of its own, and tells what does not fit together. `path`: another
   * database file, such as a backup.
   */
  inspect(path?: string): Promise<Inspection>;
  /** Mends what was found, in small steps; pictures that lost their vector or thumbnail are put into the queue. */
  repair(found: Inspection): Promise<void>;
  /** Writes a copy of the library as it is at the end, while reading and writing go on. `path` must not exist. */
  backup(path: string): Promise<void>;
  /**
   * Closes the gaps that removed pictures left, makes one piece of scattered full text tables, and hands unused pages back to the disk when
   * they are many; in small steps. `isPatient`: others have half of the time. Returns bytes.
   */
  giveBack(isPatient?: boolean): Promise<number>;

  /** Resolves when the disk keeps up with what was written: who has much to write waits for it in between. */
  caughtUp(): Promise<void>;
  /** Bytes of the database files. */
  sizeBytes(): number;
  /** Ends the threads of large libraries; afterwards only close. */
  endSearches(): Promise<void>;
  close(): void;
}
