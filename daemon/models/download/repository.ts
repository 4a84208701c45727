// What the hub says of a repository: its commit, and size and hash of its files. Asked once; download plans keep the answer.
import Type from "typebox";
import { Value } from "typebox/value";
import { type ExpectedContent, isHash } from "./content.ts";
import { DownloadProblem, refused, translate } from "./download-problem.ts";
import { withRetries } from "./retry.ts";
import type { Transport } from "./transport.ts";

export interface HubFile extends ExpectedContent {
  readonly path: string;
}

export interface Repository {
  /** Commit, 40 hex digits. */
  readonly commit: string;
  /** Those whose size and hash the hub tells: all of them. */
  readonly files: readonly HubFile[];
}

const Answer = Type.Object({
  sha: Type.String({ pattern: "^[0-9a-f]{40}$" }),
  siblings: Type.Array(
    Type.Object({
      rfilename: Type.String(),
      size: Type.Optional(Type.Number()),
      blobId: Type.Optional(Type.String()),
      lfs: Type.Optional(Type.Object({ sha256: Type.String(), size: Type.Number() })),
    }),
  ),
});

/** A list of a few thousand files; a relay's error page is not read to its end. */
const MAX_ANSWER_BYTES = 16e6;

/** @param revision a commit or a branch. Rejects like fetchFile. */
export async function readRepository(
  transport: Transport,
  repository: string,
  revision: string,
  { signal, pausesMs }: { readonly signal: AbortSignal; readonly pausesMs: readonly number[] },
): Promise<Repository> {
  const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const attempt = async (): Promise<Repository> => {
    try {
      const { status, headers, body } = await transport.get(path, {}, signal);
      if (status === 200) return parse(await readText(body), transport.host, repository);
      body.destroy();
      throw refused(status, `model ${repository}`, transport.host, headers["retry-after"]);
    } catch (error) {
      throw translate(error, transport.host, signal);
    }
  };
  return withRetries(attempt, { signal, pausesMs });
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, host: string, repository: string): Repository {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = null;
  }
  if (!Value.Check(Answer, answer)) {
    throw new DownloadProblem("download-failed", `What ${host} says of ${repository} cannot be understood.`, {
      hint: "Check HF_ENDPOINT and the proxy settings; a login page of the network can be the cause.",
      isPassing: true,
    });
  }
  const files = answer.siblings.flatMap(({ rfilename: path, size, blobId, lfs }): HubFile[] => {
    const hash = lfs?.sha256 ?? blobId ?? "";
    const sizeBytes = lfs?.size ?? size;
    return isInside(path) && isHash(hash) && sizeBytes !== undefined ? [{ path, sizeBytes, hash }] : [];
  });
  return { commit: answer.sha, files };
}

/** A path that stays inside the directory it is put in. */
function isInside(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !/[\\\0]/.test(part));
}
