// Connects, shakes hands, and sends as many numbered packets of 16 bytes as it is told.
import { connect } from "../../dist/index.js";

const [path, total] = process.argv.slice(2);
const connection = await connect(path);
await connection.handshake(Uint8Array.of(8, 1));
const bytes = new Uint8Array(Number(total) * 16);
const view = new DataView(bytes.buffer);
for (let i = 0; i < Number(total); i++) view.setUint32(i * 16, i);
await connection.send(
  bytes,
  Uint32Array.from({ length: Number(total) + 1 }, (_, i) => i * 16),
);
// Without a close: the process ends, as a container's does.
process.exit(0);
