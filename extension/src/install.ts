// How Rememe gets onto a computer: the one place that says it.

/** Run in a copy of Rememe's repository: Rememe runs by itself from then on. Over an older version it is the update. */
export const INSTALL_COMMAND = "npm ci && npm run -s rememe -- install";
