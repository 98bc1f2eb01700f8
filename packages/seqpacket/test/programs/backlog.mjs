// Listens with the smallest backlog, until it is killed.
import { listen } from "../../dist/index.js";

listen({ path: process.argv[2], backlog: 0, answer: Uint8Array.of(8, 1) });
process.stdout.write("listening");
