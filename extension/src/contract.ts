// The contract between the daemon and everyone who talks to it: routes, requests, answers, events and error codes.
// Imports nothing, so that every client can hold it. daemon/api/schemas.ts is kept equal to these types at compile time.

/** Raised whenever a client written for the previous number would misread an answer. */
export const API_VERSION = 1;

/** The port the daemon listens on when nothing else is configured (127.0.0.1 only). */
export const DEFAULT_PORT = 41_739;

/** File names below the data directory by which a client on the same machine finds the daemon. */
export const ADDRESS_FILE = "daemon.json";
export const TOKEN_FILE = "token";
export const PROGRAM_FILE = "program.json";

/** What ADDRESS_FILE holds while a daemon runs; it is removed on a clean stop and may be stale after a crash. */
export interface DaemonAddress {
  readonly pid: number;
  readonly port: number;
  readonly apiVersion: number;
  readonly version: string;
  readonly startedAtMs: number;
}

/**
 * What PROGRAM_FILE holds: how the daemon that ran last was started, so that a client can start it again. It stays when the daemon
 * stops; what it names may be gone by then.
 */
export interface ProgramFile {
  /** The program and its arguments; no shell. */
  readonly command: readonly string[];
}

/** Every route, by name. `:id` is the only kind of path parameter. All but `health` and `open` need the token or the page's cookie. */
export const ROUTES = {
  health: { method: "GET", path: "/v1/health" },
  status: { method: "GET", path: "/v1/status" },
  events: { method: "GET", path: "/v1/events" },
  search: { method: "GET", path: "/v1/search" },
  similar: { method: "POST", path: "/v1/similar" },
  random: { method: "GET", path: "/v1/random" },
  tags: { method: "GET", path: "/v1/tags" },
  image: { method: "GET", path: "/v1/images/:id" },
  mark: { method: "PATCH", path: "/v1/images/:id" },
  thumbnail: { method: "GET", path: "/v1/images/:id/thumbnail" },
  file: { method: "GET", path: "/v1/images/:id/file" },
  similarToImage: { method: "GET", path: "/v1/images/:id/similar" },
  recordUse: { method: "POST", path: "/v1/images/:id/uses" },
  forgetUses: { method: "DELETE", path: "/v1/uses" },
  exportImage: { method: "POST", path: "/v1/images/:id/export" },
  reveal: { method: "POST", path: "/v1/images/:id/reveal" },
  duplicates: { method: "GET", path: "/v1/duplicates" },
  trash: { method: "POST", path: "/v1/images/:id/trash" },
  trashed: { method: "GET", path: "/v1/trash" },
  restore: { method: "POST", path: "/v1/trash/:id/restore" },
  folders: { method: "GET", path: "/v1/folders" },
  addFolder: { method: "POST", path: "/v1/folders" },
  removeFolder: { method: "DELETE", path: "/v1/folders/:id" },
  addPicture: { method: "POST", path: "/v1/folders/:id/pictures" },
  rescan: { method: "POST", path: "/v1/rescan" },
  pause: { method: "POST", path: "/v1/pause" },
  resume: { method: "POST", path: "/v1/resume" },
  failures: { method: "GET", path: "/v1/failures" },
  retryFailures: { method: "POST", path: "/v1/failures/retry" },
  models: { method: "GET", path: "/v1/models" },
  useModel: { method: "POST", path: "/v1/model" },
  embed: { method: "POST", path: "/v1/embed" },
  check: { method: "POST", path: "/v1/check" },
  backup: { method: "GET", path: "/v1/backup" },
  link: { method: "POST", path: "/v1/link" },
  open: { method: "GET", path: "/open" },
  openapi: { method: "GET", path: "/v1/openapi.json" },
} as const;

/** Every error code a client can meet, with the HTTP status it comes with. */
export const ERROR_STATUS = {
  "bad-request": 400,
  unauthorized: 401,
  "forbidden-origin": 403,
  "not-found": 404,
  "image-not-found": 404,
  "folder-not-found": 404,
  "file-missing": 410,
  "file-changed": 409,
  "reveal-failed": 409,
  "trash-failed": 409,
  "trashed-not-found": 404,
  "folder-offline": 409,
  "folder-exists": 409,
  "folder-inside": 409,
  "folder-missing": 400,
  "folder-not-a-directory": 400,
  "folder-unreadable": 403,
  "folder-forbidden": 400,
  "link-expired": 401,
  "too-large": 413,
  "unsupported-image": 415,
  "broken-image": 422,
  "encoder-unavailable": 503,
  stopping: 503,
  internal: 500,
  "config-invalid": 500,
  "already-running": 409,
  "port-taken": 409,
  "database-corrupt": 500,
  "database-newer": 500,
  "database-unusable": 500,
  "disk-full": 507,
  "model-invalid": 500,
  "model-unknown": 404,
  "download-failed": 502,
  "no-network": 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/** The one shape of every error answer. `hint` is the next step, in words for a person. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
}

// ---- health and status

export interface Health {
  readonly name: "rememe";
  readonly version: string;
  readonly apiVersion: number;
  readonly pid: number;
}

/** What the indexer is doing. `idle` means: nothing left to do. */
export type Activity = "starting" | "scanning" | "indexing" | "paused" | "idle";

export interface Counts {
  /** Watched roots. */
  readonly folders: number;
  /** Picture files known on disk (present or on an offline root). */
  readonly files: number;
  /** Distinct pictures that can be found. */
  readonly images: number;
  /** Files waiting to be read. */
  readonly pending: number;
  /** Files that could not be indexed, but for those in a cloud. */
  readonly failed: number;
  /** Files that lie in a cloud only; they are indexed when they have been downloaded. */
  readonly inCloud: number;
}

export interface ModelInfo {
  readonly id: string;
  readonly title: string;
  readonly dimension: number;
  readonly licence: string;
  /** Execution provider that pictures are embedded with: "cpu", "coreml", "webgpu". Queries run on the CPU. */
  readonly provider: string;
  /** Why another provider is not used, in words; null when there is nothing to say. */
  readonly providerReason: string | null;
}

/** Another model is on its way; until its index is complete, `Status.model` answers searches. */
export interface ModelUpgrade {
  readonly title: string;
  /** waiting: it cannot be fetched at the moment, and is tried again; checking: it is tried once on this machine. */
  readonly phase: "waiting" | "downloading" | "checking" | "indexing";
  /** Bytes while it is being fetched, pictures while its index is being built; else 0. */
  readonly done: number;
  readonly total: number;
  /** Until this phase is over; null while there is no honest estimate. */
  readonly secondsLeft: number | null;
  /** Why it waits, in words; null when it does not. */
  readonly problem: string | null;
}

/** A model that can be chosen. */
export interface ModelChoice {
  /** What `useModel` takes: a name of the catalog, `owner/name` on the hub, or an absolute directory. */
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** True when the licence allows research only; such a model is never chosen by itself. */
  readonly researchOnly: boolean;
  /** ISO 639-1 codes of the languages it is known to understand. */
  readonly languages: readonly string[];
  readonly dimension: number;
  /** Side of the square that pictures are scaled to, in pixels. */
  readonly imageSize: number;
  /** Bytes to fetch, those that are here already included; null when only the hub knows, or when there is nothing to fetch. */
  readonly downloadBytes: number | null;
  readonly installed: boolean;
  /** searched: answers searches; building: takes over when its index is complete; kept: its index is still there, so going back is quick. */
  readonly index: "searched" | "building" | "kept" | null;
}

export interface ModelList {
  /** The setting that counts: "auto", or what was chosen. */
  readonly setting: string;
  /** What "auto" ends up with. */
  readonly auto: string;
  readonly models: readonly ModelChoice[];
}

export interface UseModelRequest {
  /** "auto", or a name as in `ModelChoice`. */
  readonly name: string;
}

export interface Status {
  readonly activity: Activity;
  readonly paused: boolean;
  readonly counts: Counts;
  /** Files finished per second, smoothed; 0 when nothing is being indexed. */
  readonly filesPerSecond: number;
  /** Estimated time until `pending` is 0; null while there is no honest estimate. */
  readonly secondsLeft: number | null;
  /** Absolute path of the directory the indexer reads at the moment, or null. */
  readonly currentDirectory: string | null;
  /** What searches use. */
  readonly model: ModelInfo;
  readonly upgrade: ModelUpgrade | null;
  readonly ocr: boolean;
  readonly version: string;
  readonly startedAtMs: number;
  /** Bytes of the database files; thumbnails come on top, some 10 kB a picture. */
  readonly libraryBytes: number;
  /** Things the user should know, in words, worst first; empty when all is well. */
  readonly notices: readonly string[];
}

// ---- folders

/**
 * online: watched; offline: the root is absent (unplugged, unmounted), its pictures are kept; denied: the system refuses access, undecided: a
 * person has yet to allow it; its pictures are kept in both.
 */
export type FolderState = "online" | "offline" | "denied" | "undecided" | "scanning";

/** What a person has to do so that a folder may be read. */
export interface FolderPermission {
  /** In words, with the next step. */
  readonly advice: string;
  /** Address of the pane of System Settings where it is decided (macOS; to be given to `open`); null elsewhere. */
  readonly settingsUrl: string | null;
}

export interface Folder {
  readonly id: number;
  /** Absolute path, as the file system spells it. */
  readonly path: string;
  readonly state: FolderState;
  /** Null unless the folder is denied or undecided. */
  readonly permission: FolderPermission | null;
  readonly files: number;
  readonly pending: number;
  readonly failed: number;
  readonly addedAtMs: number;
  readonly lastScanAtMs: number | null;
}

export interface FolderList {
  readonly folders: readonly Folder[];
}

export interface AddFolderRequest {
  /** Absolute path, or one that starts with `~/`. */
  readonly path: string;
}

export interface RescanRequest {
  /** One folder; all of them when left out. */
  readonly folderId?: number;
}

// ---- pictures

export const PICTURE_FORMATS = [
  "jpeg",
  "png",
  "webp",
  "gif",
  "avif",
  "tiff",
  "svg",
  "heic",
  "jxl",
  "raw",
  "psd",
  "bmp",
  "pdf",
] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];
export type ImageFormat = PictureFormat | "video";

/** One distinct picture, with the file to show for it. */
export interface Image {
  readonly id: number;
  /** Absolute path of the best file that holds it (a present one before an offline one, the newest first). */
  readonly path: string;
  readonly name: string;
  readonly folderId: number;
  readonly format: ImageFormat;
  /** Pixels after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Frames; more than 1 for animations. */
  readonly frames: number;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** True while every file of it is on an absent root. */
  readonly offline: boolean;
  /** How many files hold the same bytes. */
  readonly copies: number;
  /** The user's marks; they belong to the content, so they survive moves, copies, a change of the model and re-adding the folder. */
  readonly favourite: boolean;
  /** Hidden pictures are found only when asked for (`only: "hidden"`). */
  readonly hidden: boolean;
  /** In the order of the alphabet. */
  readonly tags: readonly string[];
  /** Route of the thumbnail (≤ 320 px JPEG), with the token or the page's cookie; another one when it is made anew. */
  readonly thumbnailUrl: string;
  /** The same thumbnail as a file, for clients on the same machine; null when it is missing. */
  readonly thumbnailPath: string | null;
}

export interface ImageDetails extends Image {
  /** Text read in the picture, lines joined by "\n"; "" when there is none. */
  readonly text: string;
  /** Every file that holds it, best first. */
  readonly paths: readonly string[];
  readonly contentHash: string;
  readonly indexedAtMs: number;
}

// ---- search

/** A word of the query, in UTF-16 units of the snippet that it stands in, `end` not included. */
export interface WordMark {
  /** One of the reason's `words`. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Where a word of the query stands in the picture, in fractions 0..1 of its width and height after EXIF orientation. The box of a part of
 * what is written without spaces is cut from the whole in proportion.
 */
export interface WordBox {
  /** One of the reason's `words`. */
  readonly word: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Why a picture is in the answer. Text reasons name the place, and the words of the query found there. */
export type Reason =
  | { readonly kind: "visual"; readonly rank: number /** Cosine similarity, -1 to 1. */; readonly similarity: number }
  | {
      readonly kind: "text";
      readonly field: "ocr" | "name" | "folder" | "tag";
      readonly rank: number;
      readonly words: readonly string[];
      /** The part of the text around the first match, at most about 120 characters. */
      readonly snippet: string;
      /** In the order of the snippet; they do not overlap. */
      readonly marks: readonly WordMark[];
      /** The first places of each word; none for other texts, and for pictures that were read before rememe kept places. */
      readonly boxes: readonly WordBox[];
    }
  /** It was used (copied, pasted, opened, dragged) after a search for words like these. */
  | { readonly kind: "use"; readonly rank: number };

/**
 * Where a hit stands. An answer to words or a picture has matches only. The answer to an empty query has, in this order: the pictures
 * used last ("recent"), the other favourites, and the rest by date ("newest"); each picture is in the first of them that it fits.
 */
export type Section = "match" | "recent" | "favourite" | "newest";

/** A further frame of a moving picture. */
export interface Scene {
  /** From 0; null where frames are not counted. */
  readonly frame: number | null;
  /** Since the beginning; null when the file does not say. */
  readonly atMs: number | null;
}

export interface SearchHit {
  /** When it was found by a scene, the thumbnail is that scene's. */
  readonly image: Image;
  /** Of a moving picture: what it was found by, unless that is its first frame. */
  readonly scene: Scene | null;
  readonly section: Section;
  /** How many other pictures of the library are nearly the same; a search leaves those out unless `duplicates` is "show". */
  readonly similarCopies: number;
  /** How well it fits, 0 to 1: certainty from its looks and its texts together. A search by picture gives the cosine similarity. */
  readonly score: number;
  /** It really matches; the hits after the last strong one are guesses. Always true in a search by picture and for an empty query. */
  readonly strong: boolean;
  readonly why: readonly Reason[];
}

/** How one part of the query was understood. `ignored`: not as what it looks like; `spelling`: what was searched for as well. */
export interface QueryReading {
  /** That part, as typed. */
  readonly text: string;
  readonly kind: "exact" | "without" | "filter" | "similar" | "spelling" | "ignored";
  /** For people. */
  readonly meaning: string;
}

export interface SearchQuery {
  /** Words, and optionally parts of the query language (docs/search.md). Empty: the newest pictures. */
  readonly q: string;
  /** 1 to 60, 30 when left out. */
  readonly limit?: number;
  readonly offset?: number;
  readonly folderId?: number;
  /** Only favourites, or only hidden pictures. */
  readonly only?: OnlyMarked;
  /** "collapse" (when left out): of nearly the same pictures only the one that fits best. */
  readonly duplicates?: "collapse" | "show";
  /** "texts": only by what is written in pictures and by names, at once: nobody waits for what the words look like. */
  readonly by?: "texts";
}

/** "favourite": favourites that are not hidden. */
export type OnlyMarked = "favourite" | "hidden";

export interface RandomQuery {
  readonly folderId?: number;
  readonly only?: OnlyMarked;
}

export interface PageQuery {
  readonly limit?: number;
  readonly offset?: number;
}

export interface SimilarQuery extends PageQuery {
  /** "collapse" (when left out): of nearly the same pictures only the nearest. */
  readonly duplicates?: "collapse" | "show";
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** Offset of the next page, or null when this was the last one. */
  readonly nextOffset: number | null;
  readonly tookMs: number;
  /** What was searched for; null for a search by picture. */
  readonly q: string | null;
  /** False when the model has nothing to say about these words (or could not be asked), so that only text was searched. */
  readonly visual: boolean;
  /** How the query was read, part by part; plain words are left out. */
  readonly reading: readonly QueryReading[];
  /** What the user should know about this answer, such as why `visual` is false or that nothing really matches; empty when all is well. */
  readonly notices: readonly string[];
}

/** Body of `similar` as JSON; the other form of that route takes the picture itself as the body (image/* or application/octet-stream). */
export interface SimilarRequest {
  /** Absolute path of a picture; it need not be in a watched folder. */
  readonly path: string;
}

/** Body of `embed` as JSON, one of both; the other form of that route takes the picture itself as the body, as `similar` does. */
export interface EmbedRequest {
  readonly text?: string;
  /** Absolute path of a picture. */
  readonly path?: string;
}

export interface EmbedAnswer {
  /** `ModelInfo.id`; vectors of different models cannot be compared. */
  readonly model: string;
  readonly dimension: number;
  /** Of length 1, so that the dot product of two is their cosine. Null when the model has nothing to say about the text. */
  readonly vector: readonly number[] | null;
}

// ---- marks and uses: all of it stays on this machine

/** What is left out stays as it is. */
export interface MarkRequest {
  readonly favourite?: boolean;
  readonly hidden?: boolean;
  /** All tags it has from now on. Spaces around them are taken away; the same word in another case is the same tag. */
  readonly tags?: readonly string[];
}

export interface TagList {
  /** Most used first. */
  readonly tags: readonly { readonly tag: string; readonly images: number }[];
}

export type UseKind = "copy" | "paste" | "open" | "drag";

export interface UseRequest {
  readonly kind: UseKind;
  /** The words that led to it, so that it comes sooner next time. */
  readonly q?: string;
}

export interface UseAnswer {
  /** False when the setting `recordUses` is off. */
  readonly recorded: boolean;
}

export interface ForgetUsesAnswer {
  readonly forgotten: number;
}

// ---- near-duplicates

/** Pictures that are nearly the same: resized, recompressed, cropped, mirrored, framed, with a caption added. */
export interface DuplicateGroup {
  readonly id: number;
  /** At least two; the best first: a favourite, then the one with most pixels, then most bytes. */
  readonly images: readonly Image[];
}

export interface DuplicateList {
  /** The largest group first. */
  readonly groups: readonly DuplicateGroup[];
  readonly total: number;
  readonly nextOffset: number | null;
}

// ---- files: the few things that are done with originals, each only when asked for

/**
 * "original": the file itself. "png", "jpeg": for programs that cannot read other formats; a file that has the format is given as it
 * is, and an animation stays one (a GIF as it is, an animated WebP as GIF), as `mediaType` says.
 */
export type ExportFormat = "original" | "png" | "jpeg";

export interface ExportRequest {
  readonly as: ExportFormat;
}

export interface ExportAnswer {
  /** Absolute path of a file that any program of this user can read: the original, or a copy with its name in rememe's cache. */
  readonly path: string;
  readonly mediaType: string;
}

export interface RevealRequest {
  /** Which one of the picture's files; the newest that is there when left out. */
  readonly path?: string;
}

export interface RevealAnswer {
  readonly path: string;
}

export interface TrashRequest {
  /** Only these of the picture's files; all of them when left out. */
  readonly paths?: readonly string[];
}

/** A file that was moved to the system's Trash. */
export interface TrashedFile {
  /** For `restore`. */
  readonly id: number;
  readonly path: string;
  /** Where it lies now; null when the system did not say. */
  readonly trashPath: string | null;
  readonly trashedAtMs: number;
}

export interface TrashAnswer {
  /** At least one: when no file could be moved, the answer is an error. */
  readonly moved: readonly TrashedFile[];
  readonly failed: readonly { readonly path: string; readonly message: string }[];
}

export interface TrashedList {
  /** Last moved first. */
  readonly files: readonly TrashedFile[];
  readonly nextOffset: number | null;
}

export interface RestoreAnswer {
  /** Where it is again. */
  readonly path: string;
}

/** The body of `addPicture` is the picture itself (image/* or application/octet-stream). */
export interface AddPictureQuery {
  /** File name to give it, with or without extension; one with the date when left out. A free name is made of it. */
  readonly name?: string;
}

export interface AddPictureAnswer {
  readonly path: string;
  /** False when the folder held the same picture already, at `path`: nothing was written. */
  readonly added: boolean;
}

// ---- failures

export type FailureStage = "read" | "decode" | "embed" | "ocr" | "thumbnail" | "store" | "crash" | "timeout";

/** `Failure.reason` of a file that lies in a cloud only (iCloud Drive and the like, on macOS): nothing is wrong with it. */
export const IN_CLOUD = "in-cloud";

export interface Failure {
  readonly fileId: number;
  readonly path: string;
  readonly stage: FailureStage;
  /** Stable short reason, such as "empty-file", "truncated", "not-an-image", "too-many-pixels", "permission-denied". */
  readonly reason: string;
  readonly message: string;
  readonly attempts: number;
  readonly lastTryAtMs: number;
  /** When it is tried again by itself; null: not before the file changes or a person asks. */
  readonly retryAtMs: number | null;
}

export interface FailureList {
  readonly failures: readonly Failure[];
  readonly total: number;
  readonly nextOffset: number | null;
}

export interface RetryRequest {
  /** Files to try again; every failed file when left out. */
  readonly fileIds?: readonly number[];
}

export interface RetryAnswer {
  readonly retried: number;
}

// ---- care

export interface CheckRequest {
  /** False: only looks. True when left out. */
  readonly repair?: boolean;
}

export interface CheckFinding {
  readonly kind:
    | "damage"
    | "stray-vectors"
    | "missing-vectors"
    | "sketches"
    | "stray-texts"
    | "missing-texts"
    | "stale-texts"
    | "stale-marks"
    | "missing-thumbnails"
    | "stray-thumbnails"
    | "lost-files"
    | "unexplained-failures"
    | "forgotten-pictures"
    | "counters";
  readonly count: number;
  /** What is wrong, in words. */
  readonly message: string;
  /** What was done about it, in words; null: nothing (only looked, or it cannot be mended). */
  readonly done: string | null;
}

export interface CheckAnswer {
  /** Nothing was found. */
  readonly healthy: boolean;
  /** Pictures that can be found. */
  readonly pictures: number;
  readonly findings: readonly CheckFinding[];
  /** Unused space handed back to the disk. */
  readonly freedBytes: number;
  readonly libraryBytes: number;
  readonly tookMs: number;
}

// ---- the page

export interface Link {
  /** Opens the page once, in one browser; sets a cookie there. */
  readonly url: string;
  readonly expiresAtMs: number;
}

// ---- events (server-sent events; the event name is `type`)

export type DaemonEvent =
  | { readonly type: "status"; readonly status: Status }
  /**
   * What a list of pictures shows changed; clients showing results may search again. The numbers are net (both 0: something was
   * replaced, renamed or copied, or a disk came or went). Coalesced, at most about two a second.
   */
  | { readonly type: "library"; readonly added: number; readonly removed: number };
