// The next step for every error code, in words for a person; used when the error itself does not know a better one.
import type { ErrorCode } from "../../shared/api.ts";

export const NEXT_STEPS: Readonly<Record<ErrorCode, string>> = {
  "bad-request": "See docs/api.md or /v1/openapi.json for what this route takes.",
  unauthorized:
    "Send `Authorization: Bearer` with the content of the token file, or run `rememe open` to use the page.",
  "forbidden-origin": "Open rememe at http://127.0.0.1 with its own port, by running `rememe open`.",
  "not-found": "See docs/api.md or /v1/openapi.json for the routes there are.",
  "image-not-found": "Search again: the picture was forgotten because its last file is gone.",
  "folder-not-found": "List the folders again: this one is not watched (any more).",
  "file-missing": "Search again: the file was moved or deleted a moment ago.",
  "folder-offline": "Connect the disk that holds the folder, or mount it, and try again.",
  "folder-exists": "Nothing to do: the folder is watched already.",
  "folder-inside": "Nothing to do: a folder above it is watched already.",
  "folder-missing": "Check the spelling of the path, and that the disk is connected.",
  "folder-not-a-directory": "Give the path of a directory; its files are found by themselves.",
  "folder-unreadable": "Let rememe read it: check its permissions, and on macOS Privacy & Security, Files and Folders.",
  "folder-forbidden": "Choose a directory with pictures instead.",
  "link-expired": "Run `rememe open` for a new link.",
  "too-large": "Send less: pictures up to 64 MB, JSON up to 256 KB.",
  "unsupported-image": "Use a JPEG, PNG, WebP, GIF, AVIF, TIFF or SVG picture.",
  "broken-image": "Try another picture: this one cannot be decoded.",
  "encoder-unavailable": "Try again in a moment; `rememe status` and the log say more if it stays so.",
  stopping: "Start rememe again, then repeat the request.",
  internal: "This is a bug. The log has the details; please report it.",
  "config-invalid": "Correct the setting; docs/settings.md lists all of them.",
  "already-running": "Nothing to do, or stop the other one first.",
  "port-taken": "Choose another port: `--port`, REMEME_PORT, or `port` in config.json.",
  "database-corrupt": "Move library.db away and start again: the library is built anew from your pictures.",
  "database-newer": "Install the newer version of rememe again.",
  "disk-full": "Free some space; rememe goes on by itself.",
  "model-invalid": "Correct the model's directory, or set `model` back to auto.",
};
