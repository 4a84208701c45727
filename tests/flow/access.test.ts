// Who gets what from a running daemon.
import assert from "node:assert/strict";
import { rm, stat, symlink } from "node:fs/promises";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startDaemon } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

/** Status of a GET with headers that fetch would not let us set. */
function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

test("9: loopback only, token always, Host and Origin checked, and only indexed pictures are given out", async (t) => {
  const root = await tree(await directory(t), { "a.png": await picture({ colour: "red" }), "secret.txt": "secret" });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const authorization = `Bearer ${daemon.token}`;
  const url = `${daemon.url}/v1/search?q=red`;
  assert.equal(await statusOf(url, { authorization }), 200);
  assert.equal(await statusOf(url, {}), 401);
  assert.equal(await statusOf(url, { authorization: "Bearer wrong" }), 401);
  assert.equal(await statusOf(url, { authorization, host: "evil.example" }), 403);
  assert.equal(await statusOf(url, { authorization, origin: "https://evil.example" }), 403);
  assert.equal((await stat(join(daemon.home, "token"))).mode & 0o777, 0o600);

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === "IPv4");
  if (outside) {
    const port = new URL(daemon.url).port;
    await assert.rejects(statusOf(`http://${outside.address}:${port}/v1/health`, {}), /ECONNREFUSED/);
  }

  const [hit] = (await daemon.search("red")).hits;
  const original = `/v1/images/${hit?.image.id}/file`;
  assert.equal((await daemon.api(original)).status, 200);
  await rm(join(root, "a.png"));
  await symlink(join(root, "secret.txt"), join(root, "a.png"));
  assert.equal((await daemon.api(original)).status, 410, "a link in the picture's place is not followed");
});
