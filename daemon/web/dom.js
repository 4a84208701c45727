// @ts-check
// Making elements. Text only ever becomes text: file names and words read in pictures are a stranger's.

/** @typedef {string | number | boolean | ((event: any) => void)} Property */
/** @typedef {Node | string | null} Child */

/**
 * Makes an element. A property that is a function listens for the event of that name; `true` sets an attribute without a value,
 * `false` leaves it out; everything else is an attribute. Strings among the children become text, null is skipped.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, Property>>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * An element of a drawing.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | number>>} attributes
 * @param {...Node} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** One of the symbols in index.html, invisible to screen readers. @param {string} name */
export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#icon-${name}` }));
}

/**
 * A button with an icon, words, or both.
 * @param {{ icon?: string, text?: string, label?: string, class?: string, disabled?: boolean, click: (event: MouseEvent) => void }} options
 */
export function button(options) {
  const { text = "", label = text } = options;
  return el(
    "button",
    {
      type: "button",
      class: options.class ?? "button",
      disabled: options.disabled ?? false,
      ...(text === "" ? { "aria-label": label, title: label } : {}),
      click: options.click,
    },
    options.icon ? icon(options.icon) : null,
    text === "" ? null : el("span", {}, text),
  );
}

/**
 * The element of index.html with this id.
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @param {abstract new (...args: never[]) => Kind} [kind]
 * @returns {Kind}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!element || (kind && !(element instanceof kind))) throw new Error(`index.html has no fitting #${id}`);
  return /** @type {Kind} */ (element);
}

/**
 * Renders a list anew; the focus stays on the button at the same place.
 * @param {HTMLElement} list
 * @param {readonly Node[]} items
 */
export function replaceItems(list, items) {
  /** @returns {(Element | null)[]} */
  const buttons = () => [...list.querySelectorAll("button")];
  const at = buttons().indexOf(document.activeElement);
  list.replaceChildren(...items);
  const next = at < 0 ? null : buttons()[at];
  if (next instanceof HTMLElement) next.focus();
}

/** Words with `code` in them, as in the hints of the API. @param {string} text @returns {Child[]} */
export function withCode(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? el("code", {}, part) : part));
}
