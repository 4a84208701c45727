// The directories of the extension and of its tests.
export const EXTENSION = new URL("../../extension/", import.meta.url).pathname;
export const TESTS = new URL("../../tests/extension/", import.meta.url).pathname;
export const CONTRACT = new URL("../../shared/api.ts", import.meta.url).pathname;
export const CONTRACT_COPY = `${EXTENSION}src/contract.ts`;
