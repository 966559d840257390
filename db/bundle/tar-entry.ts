/** Headers of a POSIX tar (ustar) with plain files only; anything that reads tar reads a bundle. */

export const TAR_BLOCK_BYTES = 512;
/** Two empty blocks end an archive. */
export const TAR_END_BYTES = 2 * TAR_BLOCK_BYTES;
/** What the field for the size can hold. */
const MOST_BYTES = 8 ** 11 - 1;
const MOST_NAME_BYTES = 99;

export interface TarEntry {
  readonly name: string;
  readonly bytes: number;
}

/** The header of a file: always the same for the same name and size. Throws a RangeError on what a header cannot hold. */
export function layTarHeader({ name, bytes }: TarEntry): Buffer {
  if (!/^[\w./-]+$/.test(name) || name.length > MOST_NAME_BYTES)
    throw new RangeError(`a name in a bundle must be plain and at most ${MOST_NAME_BYTES} long, was "${name}"`);
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > MOST_BYTES)
    throw new RangeError(`a part of a bundle must have at most ${MOST_BYTES} bytes, was ${bytes}`);
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  header.write(name, 0, "ascii");
  header.write("0000644\0", 100, "ascii");
  header.write("0000000\0", 108, "ascii");
  header.write("0000000\0", 116, "ascii");
  header.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124, "ascii");
  header.write("00000000000\0", 136, "ascii");
  header.write("        ", 148, "ascii");
  header.write("0", 156, "ascii");
  header.write("ustar\u000000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return header;
}

/** Reads a header; null = not one that `layTarHeader` made, to the byte. */
export function readTarHeader(header: Buffer): TarEntry | null {
  const name = header.toString("latin1", 0, 100).replace(/\0.*$/s, "");
  const size = header.toString("latin1", 124, 135);
  if (!/^[0-7]{11}$/.test(size) || !/^[\w./-]+$/.test(name)) return null;
  const entry = { name, bytes: Number.parseInt(size, 8) };
  return layTarHeader(entry).equals(header) ? entry : null;
}

/** Empty bytes behind a file of this size, up to the next block. */
export function paddingAfter(bytes: number): number {
  return (TAR_BLOCK_BYTES - (bytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}
