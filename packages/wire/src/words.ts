let lastBytes: Uint8Array = new Uint8Array(0);
let lastWords: DataView = new DataView(lastBytes.buffer);
let keptBytes: Uint8Array = lastBytes;
let keptWords: DataView = lastWords;

/**
 * `bytes` to be read four at a time. The view of the last bytes asked for is kept, and keeps them alive: packets lie one
 * after the other in the bytes of a batch, and a view for each would cost more than it saves.
 */
export function wordsOf(bytes: Uint8Array): DataView {
  if (bytes === lastBytes) return lastWords;
  if (bytes === keptBytes) return keptWords;
  lastWords = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  lastBytes = bytes;
  return lastWords;
}

/** The same of bytes that will be read between those of batches; of the last ones that were given here it is kept, too. */
export function keepWordsOf(bytes: Uint8Array): DataView {
  keptWords = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  keptBytes = bytes;
  return keptWords;
}
