// Raycast's own linter without Raycast's server: whether the author exists and what a manifest may hold is answered from here. The
// schema is the translation that Vicinae, a launcher that runs Raycast extensions, publishes; the author's name stays unchecked.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { TESTS } from "./places.ts";
import { run } from "./run.ts";

const SCHEMA = "/schemas/extension.json";

/** Runs `ray lint` as the store does, in a folder whose dependencies are installed. */
export async function lint(directory: string): Promise<void> {
  const schema = JSON.stringify(manifestSchema());
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === SCHEMA) response.end(schema);
    else if (request.url?.startsWith("/api/v1/users/")) response.end("{}");
    else response.writeHead(404).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ray = join(directory, "node_modules/.bin/ray");
  try {
    await run(directory, ray, ["lint", "--non-interactive", "--schema", url + SCHEMA], { CI: "true", RAY_APIURL: url });
    // The store's reviewers read warnings, too.
    await run(directory, join(directory, "node_modules/.bin/eslint"), ["--max-warnings", "0", "src"]);
  } finally {
    server.close();
  }
}

function manifestSchema(): object {
  const require = createRequire(join(TESTS, "package.json"));
  const vicinae = createRequire(require.resolve("@vicinae/api/package.json"));
  const { z } = vicinae("zod") as { z: { toJSONSchema(schema: unknown, options: object): object } };
  const { default: manifest } = vicinae("./dist/schemas/manifest.js") as { default: unknown };
  return z.toJSONSchema(manifest, { target: "draft-7", io: "input", unrepresentable: "any" });
}
