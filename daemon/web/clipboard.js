// @ts-check
// Puts pictures and paths on the clipboard. Browsers take PNG only, so a picture is drawn and encoded again.
import { convertedUrl, fileUrl, recordUse } from "./api.js";
import { toast } from "./messages.js";
import { readRoute } from "./route.js";

/** @import { Image } from "../../shared/api.ts" */

/** Canvases beyond this come out empty in some browsers. */
const MAX_SIDE_PX = 8_192;

/** Copies the picture as PNG; its thumbnail when the original cannot be had or shown. @param {Image} image */
export async function copyPicture(image) {
  let usedThumbnail = false;
  const png = loadFirst([fileUrl(image.id), convertedUrl(image.id), image.thumbnailUrl]).then(({ picture, url }) => {
    usedThumbnail = url === image.thumbnailUrl;
    return encode(picture);
  });
  try {
    // The promise goes in as it is: Safari wants the item made while the key or the button is still being pressed.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    toast(usedThumbnail ? "Copied the preview: the original cannot be read here." : "Picture copied.");
    const { q } = readRoute();
    // Only a help for the next search: nobody needs to know when it fails.
    void recordUse(image.id, { kind: "copy", ...(q === "" ? {} : { q }) }).catch(() => {});
  } catch {
    toast(
      "The picture could not be copied.",
      "Allow this page to use the clipboard, or open the original and copy it there.",
    );
  }
}

/** @param {string} text @param {string} done what to say then */
export async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast("It could not be copied.", "Allow this page to use the clipboard, or select the text and copy it.");
  }
}

/** The first of these that the browser can show. @param {readonly string[]} urls */
async function loadFirst(urls) {
  for (const url of urls) {
    const picture = new Image();
    picture.src = url;
    try {
      await picture.decode();
      return { picture, url };
    } catch {
      // The next one, then.
    }
  }
  throw new Error("no version of the picture can be shown");
}

/** @param {HTMLImageElement} picture @returns {Promise<Blob>} */
function encode(picture) {
  const { naturalWidth, naturalHeight } = picture;
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(naturalWidth, naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(naturalHeight * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be encoded"))),
      "image/png",
    );
  });
}
