// A local server that behaves like the hub: metadata, resolve URLs that redirect to another host for large files, ranges; and like a bad
// network when asked to: cuts, wrong bytes, slow links, refusals.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface HubFiles {
  readonly [path: string]: Uint8Array | string;
}

export interface SeenRequest {
  readonly host: "hub" | "cdn";
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** What goes wrong, until it is changed. */
export interface Trouble {
  /** So many answers with content end after this many bytes. */
  cuts?: { times: number; afterBytes: number };
  /** Content of these paths is sent with one bit turned. */
  wrong?: readonly string[];
  /** So many answers of the hub have this status. */
  refusals?: { times: number; status: number; retryAfter?: string };
  /** Only with this token. */
  token?: string;
  bytesPerSecond?: number;
  ignoresRanges?: boolean;
  /** Connections are taken, and nothing is answered. */
  isSilent?: boolean;
}

export interface FakeHub {
  /** For HF_ENDPOINT. */
  readonly url: string;
  readonly commit: string;
  readonly requests: readonly SeenRequest[];
  readonly trouble: Trouble;
  /** Bytes of content sent so far. */
  sentBytes(): number;
  close(): Promise<void>;
}

/** Files from this size on are "large": kept elsewhere, known by their SHA-256. */
const LARGE_BYTES = 1_000;

/** Starts it; `repositories` are the files by `owner/name`. */
export async function startHub(
  t: Pick<TestContext, "after">,
  repositories: Readonly<Record<string, HubFiles>>,
  commit = "0123456789abcdef0123456789abcdef01234567",
): Promise<FakeHub> {
  const requests: SeenRequest[] = [];
  const trouble: Trouble = {};
  let sent = 0;
  const cdn = createServer((request, response) => {
    note("cdn", request);
    const [, , ...rest] = (request.url ?? "").split("?")[0]?.split("/") ?? [];
    const repository = rest.slice(0, 2).join("/");
    const path = decodeURIComponent(rest.slice(2).join("/"));
    const content = bytesOf(repositories[repository]?.[path]);
    if (content) void send(request, response, path, content);
    else end(response, 404);
  });
  const cdnUrl = await listen(cdn);
  const hub = createServer((request, response) => {
    note("hub", request);
    if (trouble.isSilent) return;
    answer(request, response);
  });
  const url = await listen(hub);

  function note(host: SeenRequest["host"], request: IncomingMessage): void {
    const { range, authorization } = request.headers;
    requests.push({ host, path: request.url ?? "", range, authorization });
  }

  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const { refusals, token } = trouble;
    if (refusals && refusals.times > 0) {
      refusals.times--;
      if (refusals.retryAfter !== undefined) response.setHeader("retry-after", refusals.retryAfter);
      return end(response, refusals.status);
    }
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return end(response, 401);
    const path = decodeURIComponent(request.url?.split("?")[0] ?? "");
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(path);
    if (api) return describe(response, api[1] ?? "", api[2] ?? "");
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const content = bytesOf(repositories[file?.[1] ?? ""]?.[file?.[3] ?? ""]);
    if (!file || !content || !isRevision(file[2])) return end(response, 404);
    response.setHeader("x-repo-commit", commit);
    if (content.length < LARGE_BYTES) {
      response.setHeader("etag", `"${gitId(content)}"`);
      return send(request, response, file[3] ?? "", content);
    }
    response.setHeader("x-linked-etag", `"${sha256(content)}"`);
    response.setHeader("x-linked-size", String(content.length));
    response.setHeader("location", `${cdnUrl}/blobs/${file[1]}/${encodeURIComponent(file[3] ?? "")}?signed=yes`);
    return end(response, 302);
  }

  const isRevision = (name: string | undefined): boolean => name === commit || name === "main";

  function describe(response: ServerResponse, repository: string, revision: string): unknown {
    const files = repositories[repository];
    if (!files || !isRevision(revision)) return end(response, files ? 404 : 401);
    const siblings = Object.entries(files).map(([rfilename, content]) => {
      const bytes = bytesOf(content) ?? Buffer.alloc(0);
      const lfs =
        bytes.length < LARGE_BYTES ? {} : { lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 130 } };
      return { rfilename, size: bytes.length, blobId: gitId(bytes), ...lfs };
    });
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify({ id: repository, sha: commit, siblings }));
  }

  async function send(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    content: Buffer,
  ): Promise<unknown> {
    const from = trouble.ignoresRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= content.length && from > 0) return end(response, 416);
    const part = Buffer.from(content.subarray(from));
    if (trouble.wrong?.includes(path)) part[part.length - 1] = (part.at(-1) ?? 0) ^ 1;
    response.statusCode = from > 0 ? 206 : 200;
    if (from > 0) response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
    response.setHeader("content-length", part.length);
    const { cuts, bytesPerSecond } = trouble;
    const isCut = cuts !== undefined && cuts.times > 0;
    if (isCut) cuts.times--;
    const whole = isCut ? part.subarray(0, cuts.afterBytes) : part;
    const step = bytesPerSecond === undefined ? whole.length || 1 : Math.max(1, Math.floor(bytesPerSecond / 20));
    for (let at = 0; at < whole.length && !response.destroyed; at += step) {
      const piece = whole.subarray(at, at + step);
      await new Promise<void>((resolve) => response.write(piece, () => resolve()));
      sent += piece.length;
      if (trouble.bytesPerSecond !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (!isCut) return response.end();
    // What was sent arrives: a reset at once would take it back out of the receiver's hands.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return response.socket?.end();
  }

  async function close(): Promise<void> {
    for (const server of [hub, cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
  t.after(close);
  return { url, commit, requests, trouble, sentBytes: () => sent, close };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function end(response: ServerResponse, status: number): ServerResponse {
  response.statusCode = status;
  return response.end();
}

const bytesOf = (content: Uint8Array | string | undefined): Buffer | null =>
  content === undefined ? null : Buffer.from(content as string);
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
export const gitId = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
