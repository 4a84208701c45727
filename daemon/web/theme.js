// @ts-check
// Light or dark: the system's choice, or the one made with the button, remembered in this browser.
// Loaded before the first paint, so that a remembered choice never flashes.
import { icon } from "./dom.js";

/** @typedef {"light" | "dark"} Theme */

const KEY = "rememe-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

/** @returns {Theme} */
const systemTheme = () => (system.matches ? "dark" : "light");

/** @returns {Theme | null} */
function remembered() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    // Storage can be switched off; then the choice lasts as long as the page.
    return null;
  }
}

/** @param {Theme | null} theme null: follow the system */
function apply(theme) {
  if (theme === null) delete root.dataset.theme;
  else root.dataset.theme = theme;
}

/** The theme on screen. @returns {Theme} */
function current() {
  return root.dataset.theme === "light" || root.dataset.theme === "dark" ? root.dataset.theme : systemTheme();
}

/** Flips the theme. Choosing what the system has anyway means to follow the system again. */
function toggle() {
  const next = current() === "dark" ? "light" : "dark";
  const choice = next === systemTheme() ? null : next;
  apply(choice);
  try {
    if (choice === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // As above.
  }
}

/** Makes a button flip the theme. @param {HTMLElement} button */
export function bindThemeButton(button) {
  function label() {
    const next = current() === "dark" ? "light" : "dark";
    button.replaceChildren(icon(next === "dark" ? "moon" : "sun"));
    button.setAttribute("aria-label", `Switch to ${next} colours`);
    button.title = `Switch to ${next} colours`;
  }
  button.addEventListener("click", () => {
    toggle();
    label();
  });
  system.addEventListener("change", label);
  label();
}

apply(remembered());
