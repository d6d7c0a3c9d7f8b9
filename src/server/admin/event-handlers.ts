import type { EndpointHandlers } from '../../contract/endpoints.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { EventHub } from '../../telemetry/events/event-hub.ts';
import { eventStream } from '../../telemetry/events/event-stream.ts';
import type { AdminCall } from './admin-call.ts';

/** Every reader may hold back two thousand events, and each event is offered to each reader. */
const MOST_READERS = 64;

/** The part of the admin API that tells what happens while it happens. */
export function createEventHandlers(hub: EventHub): Pick<EndpointHandlers<AdminCall>, 'events'> {
  return {
    events: ({ lastEventId }, { query: { types, after = lastEventId } }) => {
      if (hub.readers >= MOST_READERS)
        throw new GatewayError('too_many_requests', `${MOST_READERS} already read events.`, {
          retryAfter: 5,
        });
      return { status: 200, body: eventStream(hub.subscribe({ types, after })) };
    },
  };
}
