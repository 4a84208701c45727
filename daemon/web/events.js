// @ts-check
// Keeps in touch with the daemon: its events while they come, and attempts to reach it again while they do not.
import { getStatus, openEvents, toProblem } from "./api.js";

/** @import { DaemonEvent, Status } from "../../shared/api.ts" */
/** @typedef {"online" | "gone" | "expired"} Connection expired: the daemon is there, but this page's cookie is not good any more */

/** Between attempts to reach the daemon again. On the same machine, asking costs next to nothing. */
const PAUSE_MS = 1_500;

/**
 * Starts listening. A hidden page lets go of its stream: a browser has six connections for all pages of a host together.
 * @param {{ status: (status: Status) => void, library: () => void, connection: (connection: Connection) => void }} on
 */
export function keepInTouch(on) {
  /** @type {EventSource | null} */
  let source = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function hangUp() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function connect() {
    hangUp();
    source = openEvents();
    source.addEventListener("status", (event) => {
      on.connection("online");
      const news = /** @type {DaemonEvent} */ (JSON.parse(event.data));
      if (news.type === "status") on.status(news.status);
    });
    source.addEventListener("library", () => on.library());
    source.addEventListener("error", () => void recover());
  }

  /** The stream broke, without a word why: a plain request finds out. */
  async function recover() {
    hangUp();
    timer = setTimeout(connect, PAUSE_MS);
    try {
      on.status(await getStatus());
      on.connection("online");
    } catch (error) {
      on.connection(toProblem(error).code === "unauthorized" ? "expired" : "gone");
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hangUp();
    else connect();
  });
  connect();
}
