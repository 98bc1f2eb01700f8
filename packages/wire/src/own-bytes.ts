import { createView } from "./gen/views.ts";
import { MalformedFrame } from "./malformed-frame.ts";
import type { StreamItem } from "./stream-item.ts";
import { UnknownMessage } from "./unknown-message.ts";

/**
 * The same item over a copy of its bytes. As it comes, it keeps alive the whole batch that it came in, up to a megabyte:
 * whoever keeps few of many copies them.
 */
export function ownBytes(item: StreamItem): StreamItem {
  switch (item.messageType) {
    case -2:
      return item;
    case -1:
      return new MalformedFrame(item.sandbox, item.droppedCount, item.error, item.frame.slice());
    case 0:
      return new UnknownMessage(item.sandbox, item.droppedCount, item.receivedType, item.payload.slice());
    default: {
      const { messageType, sandbox, droppedCount } = item;
      const payload = item.payload.slice();
      return createView(messageType, sandbox, droppedCount, payload, 0, payload.length) ?? item;
    }
  }
}
