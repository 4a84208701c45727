// npm run extension:contract: the extension's copy of the contract, byte for byte. A test compares them.
import { copyFileSync } from "node:fs";
import { CONTRACT, CONTRACT_COPY } from "./places.ts";

copyFileSync(CONTRACT, CONTRACT_COPY);
