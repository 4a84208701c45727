// Finding the daemon, and what is said when it cannot be found or understood.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { VERSION } from "../../../daemon/version.ts";
import { API_VERSION } from "../../../shared/api.ts";
import { runCli, startCli, writeAddress } from "./cli-fixture.ts";

function emptyHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), "rememe-cli-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** A program of somebody else that listens; it notes what it is asked. */
async function stranger(t: TestContext, answer: unknown): Promise<{ port: number; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request);
    response.end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

const NOT_RUNNING = { exit: 10, out: "", err: "error: rememe is not running.\nRun: rememe start\n" };

test("without a daemon, or with what a crashed one left, it says how to start it", async (t) => {
  const home = emptyHome(t);
  assert.deepEqual(await runCli(home, ["status"]), NOT_RUNNING);
  writeFileSync(join(home, "token"), "x");
  writeFileSync(join(home, "daemon.json"), "{ half");
  assert.deepEqual(await runCli(home, ["status"]), NOT_RUNNING);
  const gone = spawn(process.execPath, ["-e", ""]);
  await once(gone, "exit");
  const { port, asked } = await stranger(t, {});
  writeAddress(home, { pid: gone.pid ?? 0, port });
  assert.deepEqual(await runCli(home, ["status"]), NOT_RUNNING);
  assert.equal(asked.length, 0, "nothing is asked of a port whose daemon is gone");
});

test("a port where nobody listens counts as not running", async (t) => {
  const home = emptyHome(t);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  writeAddress(home, { port });
  assert.deepEqual(await runCli(home, ["search", "dog"]), NOT_RUNNING);
});

test("9: the token is not shown to another program that listens where a daemon was", async (t) => {
  for (const answer of [{}, null, { name: "rememe", version: "9", apiVersion: API_VERSION, pid: process.pid + 1 }]) {
    const home = emptyHome(t);
    writeFileSync(join(home, "token"), "secret");
    const { port, asked } = await stranger(t, answer);
    writeAddress(home, { port });
    assert.deepEqual(await runCli(home, ["status"]), NOT_RUNNING);
    assert.deepEqual(
      asked.map(({ url, headers }) => [url, headers.authorization]),
      [["/v1/health", undefined]],
    );
  }
});

test("9: the token does not go through a proxy of the environment", async (t) => {
  const { directory } = await startCli(t);
  const proxy = await stranger(t, {});
  const script = `
    const { connect } = await import(${JSON.stringify(new URL("../../../daemon/cli/client.ts", import.meta.url).href)});
    const { resolvePaths } = await import(${JSON.stringify(new URL("../../../daemon/paths.ts", import.meta.url).href)});
    const client = await connect({ paths: resolvePaths(), program: "rememe", stop: new AbortController().signal });
    console.log((await client.status()).activity);`;
  const url = `http://127.0.0.1:${proxy.port}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: {
      ...process.env,
      REMEME_HOME: directory,
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: url,
      http_proxy: url,
      NO_PROXY: "",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(child, "close");
  assert.equal(Buffer.concat(chunks).toString().trim(), "idle");
  assert.equal(proxy.asked.length, 0);
});

test("a daemon of another version is recognised, and which side to renew is said", async (t) => {
  const health = (apiVersion: number) => () =>
    ({ name: "rememe", version: "7.8.9", apiVersion, pid: process.pid }) as const;
  const newer = await startCli(t, { health: health(API_VERSION + 1) });
  const first = await newer.rememe(["search", "dog"]);
  assert.equal(first.exit, 1);
  assert.match(first.err, new RegExp(`7\\.8\\.9 .*version ${API_VERSION + 1} of the API; this is ${VERSION}`));
  assert.match(first.err, /Install the newer version for the command line/);
  const older = await startCli(t, { health: health(0) });
  const second = await older.rememe(["search", "dog", "--json"]);
  const { error } = JSON.parse(second.err);
  assert.deepEqual([second.exit, second.out, error.code], [1, "", "api-mismatch"]);
  assert.match(error.hint, /rememe stop, then rememe start/);
});

test("an error of the API is shown with its code and its hint", async (t) => {
  const { rememe, directory } = await startCli(t);
  writeFileSync(join(directory, "token"), "not the token");
  const refused = await rememe(["status", "--json"]);
  const { error } = JSON.parse(refused.err);
  assert.deepEqual([refused.exit, refused.out, error.code], [1, "", "unauthorized"]);
  assert.match(error.hint, /token/);
  rmSync(join(directory, "token"));
  assert.match((await rememe(["status"])).err, /^error: The token of the library cannot be read/);
});

test("Ctrl-C while waiting for an answer ends with 130 and no message", async (t) => {
  const stop = new AbortController();
  const { rememe } = await startCli(t, {
    search: (_query, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("given up")));
        stop.abort();
      }),
  });
  assert.deepEqual(await rememe(["search", "dog"], { stop: stop.signal }), { exit: 130, out: "", err: "" });
});
