// 64-bit numbers of the file system in SQLite's signed 64-bit integers, exactly. Statements that read them use safeIntegers.

/** ext4 and XFS start at -2^31 s. Stored values below are times after 2262 that wrapped around (ext4 ends in 2446, XFS in 2486). */
const EARLIEST_NS = -(2n ** 31n) * 1_000_000_000n;

/** Nanoseconds since the epoch as a column value; times after 2262 sort as oldest. */
export function nsToColumn(ns: bigint): bigint {
  return BigInt.asIntN(64, ns);
}

/** SQL: `modified_ns` as milliseconds since the epoch, a JavaScript number (within 0.01 ms after 2262). */
export const MODIFIED_AT_MS = `CAST((modified_ns + iif(modified_ns < ${EARLIEST_NS}, ${2 ** 64}, 0)) / 1000000 AS INTEGER)`;

export function nsFromColumn(value: bigint): bigint {
  return value < EARLIEST_NS ? BigInt.asUintN(64, value) : value;
}

/** Inode numbers are unsigned; network and FUSE file systems use all 64 bits. */
export function inodeToColumn(inode: bigint): bigint {
  return BigInt.asIntN(64, inode);
}

export function inodeFromColumn(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
