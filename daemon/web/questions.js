// @ts-check
// From the page's address to a question, and from a question to its answer. Keeps the pictures that were dropped here.
import { search, similarToImage, similarToPicture, thumbnailUrl } from "./api.js";
import { PAGE_SIZE } from "./results.js";

/** @import { Question } from "./results.js" */
/** @import { Route } from "./route.js" */

/** By number; the address cannot hold them. @type {{ picture: Blob, url: string }[]} */
const dropped = [];

/** Keeps a picture for as long as the page lives. Returns its number. @param {Blob} picture */
export function keepPicture(picture) {
  return dropped.push({ picture, url: URL.createObjectURL(picture) }) - 1;
}

/** What an address asks for. After a reload, dropped pictures are gone. @param {Route} route @returns {Question} */
export function questionOf({ q, like, picture: number }) {
  const drop = number === null ? undefined : dropped[number];
  if (number !== null && drop) return { kind: "picture", number, picture: drop.picture };
  return like === null ? { kind: "words", q } : { kind: "like", id: like };
}

/** The picture that is searched by, to be shown in the search field; null for words. @param {Question} question */
export function chipOf(question) {
  if (question.kind === "words") return null;
  if (question.kind === "like") return { url: thumbnailUrl(question.id), label: "like this picture" };
  return { url: dropped[question.number]?.url ?? "", label: "like the dropped picture" };
}

/** Pictures with the words in their texts or names, without those that look like them. @param {Question} question @param {AbortSignal} signal */
export async function fetchTexts(question, signal) {
  if (question.kind !== "words" || question.q.trim() === "") return null;
  return search(question.q, { limit: PAGE_SIZE, offset: 0, by: "texts" }, signal);
}

/** @param {Question} question @param {number} offset @param {AbortSignal} signal */
export function fetchPage(question, offset, signal) {
  const page = { limit: PAGE_SIZE, offset };
  if (question.kind === "words") return search(question.q, page, signal);
  if (question.kind === "like") return similarToImage(question.id, page, signal);
  return similarToPicture(question.picture, page, signal);
}
