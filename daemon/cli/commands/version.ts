// version: which rememe this is.
import { API_VERSION } from "../../../shared/api.ts";
import { VERSION } from "../../version.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../output.ts";

export const version = defineCommand({
  name: "version",
  about: "Print the version of this program",
  async run({ terminal }, { options }) {
    const data = { version: VERSION, apiVersion: API_VERSION, node: process.version };
    terminal.out(options.json ? `${toJson(data)}\n` : `rememe ${VERSION}\n`);
    return "ok";
  },
});
