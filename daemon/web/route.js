// @ts-check
// The page's address: what is searched for and which picture is open, so that back, forward and reload work.

/**
 * @typedef {object} Route
 * @property {string} q words searched for
 * @property {number | null} like id of the picture whose likes are shown instead
 * @property {number | null} picture number of the dropped picture whose likes are shown instead; only this page has it
 * @property {number | null} image id of the picture that is open
 */

/** @type {Route} */
export const START = { q: "", like: null, picture: null, image: null };

/** @returns {Route} */
export function readRoute() {
  const parameters = new URLSearchParams(location.search);
  /** @param {string} name */
  const id = (name) => (/^\d{1,15}$/.test(parameters.get(name) ?? "") ? Number(parameters.get(name)) : null);
  return {
    q: parameters.get("q") ?? "",
    like: id("like"),
    picture: history.state?.picture ?? null,
    image: id("image"),
  };
}

/** How many entries back the page is without an open picture. @returns {number} */
export const imageDepth = () => history.state?.depth ?? 0;

/** @param {Route} route @param {{ push: boolean }} options push: as a new entry of the history */
export function writeRoute(route, { push }) {
  const parameters = new URLSearchParams();
  if (route.q !== "") parameters.set("q", route.q);
  if (route.like !== null) parameters.set("like", String(route.like));
  if (route.image !== null) parameters.set("image", String(route.image));
  const url = parameters.size > 0 ? `?${parameters}` : location.pathname;
  const depth = route.image === null ? 0 : imageDepth() + (push ? 1 : 0);
  const state = { picture: route.picture, depth };
  if (push) history.pushState(state, "", url);
  else history.replaceState(state, "", url);
}
