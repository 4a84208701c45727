import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceFor, guardOf, type Place, warningsFor } from "../../../daemon/permissions/guards.ts";

const MAC: Place = { platform: "darwin", home: "/Users/mia", program: "/Users/mia/node" };
const LINUX: Place = { ...MAC, platform: "linux" };

test("what guards a path on a Mac", () => {
  const guards = {
    "/Users/mia/Desktop": "files",
    "/Users/mia/Documents/memes": "files",
    "/Users/mia/Library/CloudStorage/Dropbox/memes": "files",
    "/Users/mia/Library/Mobile Documents/com~apple~CloudDocs": "files",
    "/Volumes/Stick": "files",
    "/Users/mia/Pictures/Photos Library.photoslibrary": "photos",
    "/Volumes/Stick/2020.photoslibrary/originals": "photos",
    "/Users/mia/Library/Messages/Attachments": "full-disk",
    "/Users/mia/Library/Containers/com.apple.Photos": "full-disk",
    "/Users/mia/Pictures": null,
    "/Users/mia/Desktop2": null,
    "/Users/miamia/Desktop": null,
    "/Users/mia": null,
    "/srv/Desktop": null,
  };
  for (const [path, guard] of Object.entries(guards)) {
    assert.equal(guardOf(path, MAC), guard, path);
    assert.equal(guardOf(path, LINUX), null, path);
  }
});

test("the advice names what decides, with the pane to open", () => {
  const paneOf = (path: string) => adviceFor(path, "denied", MAC)?.settingsUrl?.split("?")[1];
  assert.equal(paneOf("/Users/mia/Desktop"), "Privacy_FilesAndFolders");
  assert.equal(paneOf("/Users/mia/P.photoslibrary"), "Privacy_Photos");
  assert.equal(paneOf("/Users/mia/Library/Messages"), "Privacy_AllFiles");
  assert.match(adviceFor("/Users/mia/Library/Messages", "denied", MAC)?.advice ?? "", /\/Users\/mia\/node/);
  assert.match(adviceFor("/Users/mia/Desktop", "undecided", MAC)?.advice ?? "", /Answer its dialog/);
  assert.match(adviceFor("/Volumes/Nas", "undecided", MAC)?.advice ?? "", /Answer its dialog.*wake its disk or server/);
  assert.equal(adviceFor("/Users/mia/Desktop", "granted", MAC), null);
  assert.deepEqual(adviceFor("/srv/x", "denied", LINUX), {
    advice: 'Give yourself the right to read it: ls -ld "/srv/x" shows whose it is.',
    settingsUrl: null,
  });
});

test("Photos and Full Disk Access are explained only when they are needed", () => {
  assert.deepEqual(warningsFor(["/Users/mia/Pictures"], MAC), []);
  assert.deepEqual(warningsFor(["/Users/mia/Desktop"], LINUX), []);
  assert.match(warningsFor(["/Users/mia/Desktop", "/Users/mia/Documents"], MAC).join("|"), /^macOS will ask[^|]*$/);
  assert.match(warningsFor(["/Users/mia/P.photoslibrary"], MAC).join("|"), /^A Photos library[^|]*Photos[^|]*$/);
  assert.match(warningsFor(["/Users/mia/Library/Messages"], MAC).join("|"), /^[^|]*Full Disk Access[^|]*$/);
});
