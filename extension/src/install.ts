// How Rememe gets onto a computer: the one place that says it.

/** Run in a copy of Rememe's repository; it installs what is needed and runs until the terminal is closed. */
export const INSTALL_COMMAND = "npm ci && npm start";

/** Makes a daemon that runs from an older copy start again as what is there now. */
export const RESTART_COMMAND = "npm ci && npm run -s rememe -- stop; npm start";
