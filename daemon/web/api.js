// @ts-check
// Talks to the daemon: same origin, with the cookie the page was opened with. Knows nothing of the page.

/** @import { AddFolderRequest, DuplicateList, ErrorBody, ErrorCode, FailureList, Folder, FolderList, ImageDetails, MarkRequest, RescanRequest, RestoreAnswer, RetryAnswer, RetryRequest, RevealAnswer, SearchAnswer, Status, TrashAnswer, UseAnswer, UseRequest } from "../../shared/api.ts" */
/** @typedef {typeof import("../../shared/api.ts").ROUTES} Routes */

/** The compiler holds these equal to the contract. */
const PATHS = /** @satisfies {{ readonly [Name in keyof Routes]?: Routes[Name]["path"] }} */ ({
  status: "/v1/status",
  events: "/v1/events",
  search: "/v1/search",
  similar: "/v1/similar",
  image: "/v1/images/:id",
  thumbnail: "/v1/images/:id/thumbnail",
  file: "/v1/images/:id/file",
  mark: "/v1/images/:id",
  recordUse: "/v1/images/:id/uses",
  reveal: "/v1/images/:id/reveal",
  trash: "/v1/images/:id/trash",
  restore: "/v1/trash/:id/restore",
  duplicates: "/v1/duplicates",
  similarToImage: "/v1/images/:id/similar",
  folders: "/v1/folders",
  removeFolder: "/v1/folders/:id",
  rescan: "/v1/rescan",
  pause: "/v1/pause",
  resume: "/v1/resume",
  failures: "/v1/failures",
  retryFailures: "/v1/failures/retry",
});

/** What the daemon takes as a picture to search by. */
const PICTURE_LIMIT_BYTES = 64 * 1024 * 1024;

/** Everything that can go wrong with a request, in words for a person. "unreachable": no answer at all. */
export class Problem extends Error {
  /**
   * @param {ErrorCode | "unreachable"} code
   * @param {string} message
   * @param {string} [hint]
   */
  constructor(code, message, hint) {
    super(message);
    this.name = "Problem";
    this.code = code;
    this.hint = hint;
  }
}

/** Anything thrown, as a problem that can be shown. @param {unknown} error */
export function toProblem(error) {
  return error instanceof Problem
    ? error
    : new Problem("internal", `The page stumbled: ${String(error)}`, "Reload it.");
}

/** @param {string} pattern @param {number} id */
const withId = (pattern, id) => pattern.replace(":id", String(id));

/**
 * @template Answer
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {{ query?: Readonly<Record<string, string | number>>, json?: unknown, picture?: Blob, signal?: AbortSignal }} [options]
 * @returns {Promise<Answer>}
 */
async function request(method, path, { query = {}, json, picture, signal } = {}) {
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const url = parameters.size > 0 ? `${path}?${parameters}` : path;
  /** @type {RequestInit} */
  const init = { method, signal: signal ?? null };
  if (json !== undefined)
    Object.assign(init, { body: JSON.stringify(json), headers: { "content-type": "application/json" } });
  if (picture) Object.assign(init, { body: picture, headers: { "content-type": pictureType(picture) } });
  let response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem("unreachable", "rememe is not running.", "Start it with `rememe start`.");
  }
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/** @param {Blob} picture */
const pictureType = ({ type }) => (/^image\/[a-z0-9.+-]+$/.test(type) ? type : "application/octet-stream");

/** @param {Response} response */
async function problemOf(response) {
  try {
    const { error } = /** @type {ErrorBody} */ (await response.json());
    return new Problem(error.code, error.message, error.hint);
  } catch {
    return new Problem("internal", `rememe answered with ${response.status}.`, "Try again in a moment.");
  }
}

/** @typedef {{ readonly limit: number, readonly offset: number }} Page */

/** @param {string} q @param {Page & { readonly by?: "texts" }} page @param {AbortSignal} signal @returns {Promise<SearchAnswer>} */
export const search = (q, page, signal) => request("GET", PATHS.search, { query: { q, ...page }, signal });

/** @param {number} id @param {Page} page @param {AbortSignal} signal @returns {Promise<SearchAnswer>} */
export const similarToImage = (id, page, signal) =>
  request("GET", withId(PATHS.similarToImage, id), { query: { ...page }, signal });

/** @param {Blob} picture @param {Page} page @param {AbortSignal} signal @returns {Promise<SearchAnswer>} */
export async function similarToPicture(picture, page, signal) {
  // Refused here: a server that hangs up on a large body looks to a page like one that is not there.
  if (picture.size > PICTURE_LIMIT_BYTES) {
    throw new Problem("too-large", "That picture is larger than 64 MB.", "Try a smaller copy of it.");
  }
  return request("POST", PATHS.similar, { query: { ...page }, picture, signal });
}

/** @param {number} id @param {AbortSignal} signal @returns {Promise<ImageDetails>} */
export const imageDetails = (id, signal) => request("GET", withId(PATHS.image, id), { signal });

/** @param {number} id @param {MarkRequest} marks @returns {Promise<ImageDetails>} */
export const markImage = (id, marks) => request("PATCH", withId(PATHS.mark, id), { json: marks });

/** @param {number} id @param {UseRequest} use @returns {Promise<UseAnswer>} */
export const recordUse = (id, use) => request("POST", withId(PATHS.recordUse, id), { json: use });

/** In Finder or the file manager. @param {number} id @param {string} path one of its files @returns {Promise<RevealAnswer>} */
export const revealFile = (id, path) => request("POST", withId(PATHS.reveal, id), { json: { path } });

/** Moves every file of the picture. @param {number} id @returns {Promise<TrashAnswer>} */
export const trashImage = (id) => request("POST", withId(PATHS.trash, id), { json: {} });

/** @param {number} id of a trashed file @returns {Promise<RestoreAnswer>} */
export const restoreFile = (id) => request("POST", withId(PATHS.restore, id), { json: {} });

/** @param {Page} page @returns {Promise<DuplicateList>} */
export const listDuplicates = (page) => request("GET", PATHS.duplicates, { query: { ...page } });

/** Where the thumbnail is, when only the id is known. @param {number} id */
export const thumbnailUrl = (id) => withId(PATHS.thumbnail, id);

/** Where the original file is. @param {number} id */
export const fileUrl = (id) => withId(PATHS.file, id);

/** The picture in a format that every browser shows. @param {number} id */
export const convertedUrl = (id) => `${fileUrl(id)}?as=png`;

/** Why a picture cannot be had; null when the daemon has it. @param {string} url @param {AbortSignal} signal @returns {Promise<Problem | null>} */
export async function fileProblem(url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok) return problemOf(response);
  await response.body?.cancel();
  return null;
}

/** @returns {Promise<Status>} */
export const getStatus = () => request("GET", PATHS.status);

/** The stream of events; see events.js. */
export const openEvents = () => new EventSource(PATHS.events);

/** @returns {Promise<FolderList>} */
export const listFolders = () => request("GET", PATHS.folders);

/** @param {AddFolderRequest} folder @returns {Promise<Folder>} */
export const addFolder = (folder) => request("POST", PATHS.folders, { json: folder });

/** @param {number} id @returns {Promise<FolderList>} */
export const removeFolder = (id) => request("DELETE", withId(PATHS.removeFolder, id));

/** @param {RescanRequest} which @returns {Promise<Status>} */
export const rescan = (which) => request("POST", PATHS.rescan, { json: which });

/** @param {boolean} paused @returns {Promise<Status>} */
export const setPaused = (paused) => request("POST", paused ? PATHS.pause : PATHS.resume);

/** @param {Page} page @returns {Promise<FailureList>} */
export const listFailures = (page) => request("GET", PATHS.failures, { query: { ...page } });

/** @param {RetryRequest} which @returns {Promise<RetryAnswer>} */
export const retryFailures = (which) => request("POST", PATHS.retryFailures, { json: which });
