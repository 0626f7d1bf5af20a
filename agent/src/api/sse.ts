import { once } from 'node:events';
import type { Response } from 'express';
import type { RouteContext } from './routes.ts';
import { eventsQuerySchema } from './schemas.ts';

/** Milliseconds between comments that keep proxies from closing a quiet stream. */
const keepAliveMs = 15_000;

/** The events of a run as server-sent events, from number `after` on, until the run ends or the reader leaves. */
export async function streamEvents(context: RouteContext, response: Response): Promise<void> {
  const { runs, userid, signal, params } = context;
  const id = params.id ?? '';
  let { after } = eventsQuerySchema.parse(context.query);
  runs.view(id, userid);
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  while (!signal.aborted) {
    const { events, ended } = await runs.events(id, userid, after, keepAliveMs, signal);
    const text = events.map(({ n, event }) => `id: ${n}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    after += events.length;
    if (!response.write(text === '' ? ': waiting\n\n' : text))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    if (ended) break;
  }
  response.end();
}
